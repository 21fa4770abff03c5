//! A request goes in, a bounded answer comes out: the one polite client for everything outside.
