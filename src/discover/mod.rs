//! Bytes of a source go in, entries come out: feeds, sitemaps, listings, JSON APIs, OPML.
