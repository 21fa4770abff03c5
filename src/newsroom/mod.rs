//! The sample newsroom of the demo and of the tests.
