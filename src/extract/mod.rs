//! Bytes of a page go in, an article comes out.
