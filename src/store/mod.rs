//! Every question about the past is a method here.
