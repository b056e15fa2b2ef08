//! Why metadata stays above steps that do not use it.

use crate::reasons::reasons;

reasons! {
    MAY_READ = "may-read", "a step in the way is no plain install, and may read the variable";
    FRESH = "fresh", "a step in the way fetches what is newest, and does so again with each new value";
    SET_AGAIN = "set-again", "another instruction in between sets a name that it is made of, or its own";
    PARTS_RUNS = "parts-runs", "it would come between RUNs that become one layer, or that use it";
    CONTINUED_END = "continued-end", "an instruction ends in a line continuation";
}
