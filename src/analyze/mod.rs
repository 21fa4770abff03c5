//! An article goes in, a question for a model comes out; its answer goes in, a checked impact analysis comes out.
