//! A question goes in, a settled call (answer, tokens, price) comes out: one thin client per wire protocol over one shared core.
