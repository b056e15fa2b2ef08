//! What is said where two builds part.

use super::words::describe;
use crate::program::{Action, Step};
use crate::verdict::Gap;

/// Why two builds are not known to be the same.
pub(crate) struct Refusal {
    pub(crate) gap: Gap,
    /// It is not understood; else it is known to differ.
    pub(crate) unknown: bool,
}

/// Two steps that are not the same.
pub(super) fn refusal(old: &Step<'_>, new: &Step<'_>, message: String, unknown: bool) -> Refusal {
    Refusal { gap: Gap { before: Some(old.at), after: Some(new.at), message }, unknown }
}

/// What is said of two steps that differ.
pub(super) fn instead(old: &Step<'_>, new: &Step<'_>) -> String {
    format!("{} stands where {} stood", describe(new), describe(old))
}

/// A step that the new file lacks.
pub(super) fn missing(step: &Step<'_>) -> Refusal {
    let unknown = matches!(step.action, Action::Opaque(..));
    let message = format!("{} is gone", describe(step));
    Refusal { gap: Gap { before: Some(step.at), after: None, message }, unknown }
}

/// A step that only the new file has.
pub(super) fn added(step: &Step<'_>) -> Refusal {
    let unknown = matches!(step.action, Action::Opaque(..));
    let message = format!("{} is new", describe(step));
    Refusal { gap: Gap { before: None, after: Some(step.at), message }, unknown }
}

/// Two steps that do not fit: one of them may only be missing, or new.
pub(super) fn told_better(
    old: &Step<'_>,
    new: &Step<'_>,
    (old_rest, new_rest): (&[Step<'_>], &[Step<'_>]),
    refusal: Refusal,
) -> Refusal {
    if refusal.unknown || old.action == new.action {
        return refusal;
    }
    if old_rest.first() == Some(new) {
        return missing(old);
    }
    if new_rest.first() == Some(old) {
        return added(new);
    }
    refusal
}
