//! What hosts of containers start in them by manifests of their own: the new base has it.

use super::bases::Kind;
use super::runtime::Runtime;
use crate::compare::deployed;
use crate::program::Action;

/// Shells, and programs by which hosts look after containers.
const BY_HOSTS: &str =
    " ash bash cat curl echo env git grep kill nc pgrep pkill ps sh sleep ssh test wget ";

impl Runtime<'_, '_> {
    /// Whether the new base has what manifests of hosts start in the container, whatever the image says itself.
    pub(super) fn hosts_find(&self, kind: Kind) -> Result<(), String> {
        let commands = self.context.map(deployed::commands).unwrap_or_default();
        let lost = commands.iter().flatten().find(|word| {
            let name = word.rsplit('/').next().unwrap_or(word);
            let installed = self.new.steps.iter().any(|step| {
                matches!(&step.action, Action::Call(call) if call.words.iter().any(|one| one == name))
            });
            let own = matches!(kind, Kind::Busybox | Kind::Debian(_) | Kind::Java | Kind::DotNet);
            let there = own && matches!(name, "sh" | "cat" | "echo" | "env" | "grep" | "sleep" | "test")
                || name == "bash" && own && kind != Kind::Busybox;
            BY_HOSTS.contains(&format!(" {name} ")) && !installed && !there
        });
        lost.map_or(Ok(()), |word| {
            Err(format!("the new base has no `{word}`, which a manifest starts"))
        })
    }
}
