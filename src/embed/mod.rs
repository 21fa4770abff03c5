//! A text goes in, a vector comes out.
