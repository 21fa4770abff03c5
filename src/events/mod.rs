//! Documents in order go in, events with permanent identity and similar past events with reasons come out.
