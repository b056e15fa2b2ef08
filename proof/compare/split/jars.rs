//! A jar that one stage makes and another starts, on a runtime that is put together where it is made.

use super::assembled::{Assembled, source_of};
use super::bases::official;
use super::modules::{asked, is_shell, listed};
use super::started::commands;
use crate::compare::folders::absolute;
use crate::program::{Action, Transfer, visit};
use crate::shell::{Command, plain};

/// What may run in the stage that makes the jar: the kit's own tools, and what only handles files.
const TOOLS: &[&str] = &["cd", "chmod", "echo", "find", "jar", "javac", "ls", "mkdir", "rm"];

/// Signs in sources that classes are found by their names, or by services, or files of the kit by its place (JDK, "Class", "ServiceLoader",
/// module descriptions).
pub(super) const DYNAMIC: &[&str] = &[
    "\"java.home",
    "Class.forName",
    "DriverManager",
    "JAVA_HOME",
    "LoginContext",
    "Security.getProvider",
    "ServiceLoader",
    "System.Logger",
    "System.getLogger",
    "ToolProvider",
    "URLClassLoader",
    "findClass",
    "java.awt",
    "java.rmi",
    "javax.imageio",
    "javax.management",
    "javax.naming",
    "javax.script",
    "javax.swing",
    "loadClass",
];

impl Assembled<'_, '_> {
    /// The stage that a runtime of Java is taken from, which was not copied before.
    pub(super) fn runtime(&self) -> Option<usize> {
        let home = self.new.configuration.environment.get("JAVA_HOME")?;
        let mut copies = self.new.steps.iter().filter(|step| !self.old.steps.contains(step));
        copies.find_map(|step| match &step.action {
            Action::Copy(copy) if copy.destination.trim_end_matches('/') == home => {
                copy.from.as_deref()?.strip_prefix("stage ")?.parse().ok()
            }
            _ => None,
        })
    }

    /// Whether the modules of the jar that is started were looked for, and it can need no others.
    pub(super) fn jar_tells_modules(&self, maker: usize) -> Result<(), String> {
        let lost = |what: &str| Err(what.to_owned());
        let (builder, joined) = (&self.before.stages[maker], &self.after.stages[maker]);
        if official(&builder.image) != official(&self.old.image)
            || builder.parent.is_some()
            || builder.platform != self.old.platform
        {
            return lost("the runtime is that of another kit");
        }
        let Some(asked) = asked(self.old, self.context) else {
            return lost("the runtime is handed options");
        };
        let starts = self.new.configuration.starts().into_iter().flatten().flat_map(commands);
        let mut jars: Vec<String> = Vec::new();
        for words in starts {
            let name = words.first().map(|word| word.rsplit('/').next().unwrap_or(word).to_owned());
            if let [shell] = words.as_slice()
                && is_shell(shell)
            {
                continue;
            }
            let is_option =
                |word: &&String| word.starts_with(['-', '$']) && word.as_str() != "-jar";
            let behind = words.iter().skip(1).skip_while(is_option);
            match behind.take(2).collect::<Vec<_>>().as_slice() {
                [flag, jar] if *flag == "-jar" && name.as_deref() == Some("java") => {
                    jars.push((*jar).clone());
                }
                _ => return lost("what is started is no jar"),
            }
        }
        let [jar] = jars.as_slice() else { return lost("what is started is no single jar") };
        let folder = self.new.configuration.directory.as_str();
        let place = absolute(jar, folder, None).unwrap_or_default();
        // Whatever lies beside it may be on its class path.
        let copies: Vec<&Transfer<'_>> = self
            .old
            .steps
            .iter()
            .filter_map(|step| match &step.action {
                Action::Copy(copy) if copy.from.is_some() => Some(copy),
                _ => None,
            })
            .collect();
        let ([copy], Some(context)) = (copies.as_slice(), self.context) else {
            return lost("what lies beside the jar is not known");
        };
        let from = copy.from.as_deref() == Some(&*format!("stage {maker}"));
        let Some(source) = source_of(copy, &place).filter(|_| from) else {
            return lost("the jar is not that of the stage that makes the runtime");
        };
        for (path, _) in context.entries() {
            let text = context.text(path).unwrap_or_default();
            let source = path.ends_with(".java") || path.ends_with(".kt");
            if path.ends_with(".jar") || source && DYNAMIC.iter().any(|sign| text.contains(sign)) {
                return Err(format!("{path} may need modules that the jar does not name"));
            }
        }
        let (mut made, mut others) = (false, None);
        let (mut searched, mut modules) = (Vec::new(), Vec::new());
        visit(&builder.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            let name = Command::of(&call.words).program().to_owned();
            let words = call.words.iter().filter_map(|word| plain(word));
            let here = &*self.states.seen(call.state).directory;
            made |= name == "jar"
                && words.skip(1).any(|word| absolute(word, here, None).as_ref() == Some(&source));
            if !TOOLS.contains(&name.as_str()) {
                others = Some(name);
            }
        });
        visit(&joined.steps, &mut |step| {
            let Action::Call(call) = &step.action else { return };
            if call.words.first().is_some_and(|word| word == "jdeps") {
                searched.extend(call.words.last().map(ToString::to_string));
            }
            modules.extend(listed(call).into_iter().map(str::to_owned));
        });
        match others {
            Some(name) => Err(format!("what `{name}` does for the jar is not known")),
            None if !made => lost("no step is known to make the jar"),
            None if searched != [source] => lost("the modules are those of something else"),
            None if !asked.iter().all(|module| modules.iter().any(|one| one == module)) => {
                lost("options may ask for modules that were not put together")
            }
            None => Ok(()),
        }
    }
}
