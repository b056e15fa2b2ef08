//! Answers that are worked out once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock};

/// Answers that are worked out once each, also when several threads ask at once.
pub(crate) struct Memo<K, V>(Mutex<HashMap<K, Arc<OnceLock<V>>>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// Forgets the answers for all keys but those for which `keep` holds.
    pub(crate) fn retain(&self, keep: impl Fn(&K) -> bool) {
        self.0.lock().expect("nothing panics while it is held").retain(|key, _| keep(key));
    }

    /// The answer for `key`, worked out by `work_out` if nobody has asked for it before.
    pub(crate) fn get(&self, key: K, work_out: impl FnOnce() -> V) -> V {
        let slot = {
            let mut known = self.0.lock().expect("nothing panics while it is held");
            known.entry(key).or_default().clone()
        };
        slot.get_or_init(work_out).clone()
    }
}
