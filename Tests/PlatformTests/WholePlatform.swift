import Testing

/// Everything that runs a whole platform, one test after another: they share one, and some ask for the newest trace.
@Suite(.serialized, .asAsked) enum WholePlatform {}
