// One turn with the assistant, over the wire.

import { fresh } from '../net/session.js';
import { EventParser } from '../net/stream.js';
import { Action, randomID } from '../net/trace.js';

/**
 * @param {any} request
 * @param {{text: (part: string) => void, tool: (call: any) => void, done: (answer: any) => void}} answer
 * @returns {Promise<string | undefined>} the conversation
 */
export async function say(request, answer) {
    const action = new Action('chat.message');
    try {
        const conversation = await turn(request, answer, action);
        action.end();
        return conversation;
    } catch (error) {
        action.end('error');
        throw error instanceof TypeError ? new Error('There is no connection to the assistant.') : error;
    }
}

/** @param {any} request @param {any} answer @param {Action} action */
async function turn(request, answer, action) {
    const session = await fresh();
    const response = await fetch('/api/v1/chat', {
        method: 'POST', body: JSON.stringify(request),
        headers: { Authorization: `Bearer ${session?.token}`, 'Content-Type': 'application/json', Accept: 'text/event-stream, application/json', traceparent: action.traceparent, 'Idempotency-Key': randomID() },
    });
    if (response.status === 404 && request.conversationId) throw Object.assign(new Error('This conversation is gone. Say it again to begin a new one.'), { isGone: true });
    if (!response.ok) throw new Error((await response.json().catch(() => ({}))).detail ?? 'The assistant cannot be reached now.');
    if (!response.headers.get('content-type')?.includes('event-stream') || !response.body) {
        const whole = await response.json();
        answer.done(whole);
        return whole.conversationId;
    }
    /** @type {string | undefined} */
    let conversation;
    let isOver = false;
    /** @type {string | undefined} */
    let failure;
    const parser = new EventParser(({ type, data }) => {
        if (type === 'start') conversation = data.conversationId;
        else if (type === 'text') answer.text(data.text);
        else if (type === 'tool') answer.tool(data);
        else if (type === 'error') failure = data.detail;
        else if (type === 'done') {
            isOver = true;
            conversation = data.conversationId;
            answer.done(data);
        }
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        parser.feed(value);
    }
    if (failure) throw new Error(failure);
    if (!isOver) throw new Error('The answer broke off. What was done so far is in the history.');
    return conversation;
}
