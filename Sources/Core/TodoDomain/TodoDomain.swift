// TodoDomain: the words of the product as values, and the rules that hold between them.
//
// Everything here is pure: no input or output, no clock, no randomness. A service reads a request into one of
// these values, and whatever is wrong with it comes back as a list of `FieldError`, each with the JSON pointer of
// the place (RFC 6901), so that one answer names every mistake.
//
// The entity is `TodoTask`, never `Task`: that name belongs to Swift's concurrency.
