//! A title and a text go in, asset symbols, topics and entities with their evidence come out.
