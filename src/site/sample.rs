//! A rich sample edition for the tests.
