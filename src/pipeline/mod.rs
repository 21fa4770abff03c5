//! Configuration, state and now go in; a published site and a report come out.
