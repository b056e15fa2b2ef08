//! How a pass lists its reasons to leave something alone.

/// Makes a constant of each reason, and `ALL` of them in the order of the list.
macro_rules! reasons {
    ($($constant:ident = $name:literal, $summary:literal;)*) => {
        $(pub(super) const $constant: dockslim_contract::DeclineReason =
            dockslim_contract::DeclineReason { name: $name, summary: $summary };)*
        /// All of them, in the order of this list.
        pub(super) const ALL: &[&dockslim_contract::DeclineReason] = &[$(&$constant),*];
    };
}

pub(crate) use reasons;
