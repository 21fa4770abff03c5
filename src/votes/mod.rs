//! What a source states about votes goes in, counters by origin come out.
