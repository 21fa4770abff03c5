//! An edition goes in, a plan of pages comes out; one page of it and what it needs go in, its bytes come out.
