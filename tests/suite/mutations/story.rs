//! A naive build: what each step does and sees, as text.
//!
//! It is far less than what the proof knows, and owes nothing to it: where it finds two files the same, they
//! are the same; where it does not, nothing follows.

use std::collections::BTreeMap;

use dockslim_syntax::{Arguments, Dockerfile, Instruction, Keyword, Span, variables};

use super::script::{Surroundings, steps};

type Names = BTreeMap<String, String>;

/// What a stage is at one place.
#[derive(Clone, Debug, Default)]
struct Stage {
    variables: Names,
    arguments: Names,
    user: String,
    directory: String,
    shell: String,
    /// CMD, ENTRYPOINT and the like, as they stand now.
    settings: Names,
    has_command: bool,
}

/// All steps of a build in order, each with what it sees, and what each stage ends with.
///
/// `inside` says whether scripts are taken apart into their commands, or stand as one text.
pub(crate) fn story(tree: &Dockerfile<'_>, inside: bool) -> Vec<String> {
    let mut teller =
        Teller { tree, inside, stage: None, outer: Names::new(), named: BTreeMap::new() };
    let mut story = Vec::new();
    let mut name = None;
    for (_, instruction) in tree.instructions() {
        if let Arguments::From(from) = &instruction.arguments {
            teller.end(&mut name, &mut story);
            let image = teller.expanded(&teller.outer, from.image.span);
            name = from.name.map(|span| tree.text(span).to_ascii_lowercase());
            story.push(format!(
                "FROM {image} {name:?} {:?}",
                teller.flags(&teller.outer, instruction)
            ));
            let known = teller.named.get(&image.to_ascii_lowercase());
            teller.stage = Some(known.cloned().unwrap_or_default());
        } else {
            teller.tell(instruction, &mut story);
        }
    }
    teller.end(&mut name, &mut story);
    story
}

struct Teller<'d> {
    tree: &'d Dockerfile<'d>,
    inside: bool,
    stage: Option<Stage>,
    /// ARG above the first FROM.
    outer: Names,
    /// The stages that are done, by name.
    named: BTreeMap<String, Stage>,
}

impl Teller<'_> {
    /// Ends a stage: what its image says.
    fn end(&mut self, name: &mut Option<String>, story: &mut Vec<String>) {
        let Some(mut stage) = self.stage.take() else { return };
        story.push(format!(
            "END {} {} {} {:?} {:?}",
            stage.user, stage.directory, stage.shell, stage.variables, stage.settings
        ));
        stage.has_command = false;
        self.named.extend(name.take().map(|name| (name, stage)));
    }

    /// A text with the variables in it that are known.
    fn expanded(&self, known: &Names, span: Span) -> String {
        let text = self.tree.text(span);
        if text.len() > 1
            && text.matches('\'').count() == 2
            && text.starts_with('\'')
            && text.ends_with('\'')
        {
            return text.trim_matches('\'').replace('$', "\\$");
        }
        let bare = |quote: char| {
            let inside = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
            inside.filter(|inside| !inside.contains(['"', '\'', '\\']))
        };
        expand(known, bare('"').unwrap_or(&text))
    }

    fn flags(&self, known: &Names, instruction: &Instruction) -> Vec<String> {
        let flags = instruction.flags.iter().map(|flag| self.expanded(known, flag.span));
        let mut flags: Vec<String> = flags.collect();
        flags.sort();
        flags
    }

    fn tell(&mut self, instruction: &Instruction, story: &mut Vec<String>) {
        let Some(mut stage) = self.stage.take() else { return self.above(instruction, story) };
        let known = seen(&stage);
        let text = self.expanded(&known, instruction.arguments_span);
        let name = instruction.kind.name();
        match (instruction.kind, &instruction.arguments) {
            (Keyword::Env, Arguments::Pairs { pairs, .. }) => {
                for pair in pairs {
                    let value = pair.value.map(|value| self.expanded(&known, value));
                    stage
                        .variables
                        .insert(self.expanded(&known, pair.name), value.unwrap_or_default());
                }
            }
            (Keyword::Arg, Arguments::Pairs { pairs, .. }) => {
                for pair in pairs {
                    let name = self.tree.text(pair.name).into_owned();
                    let value = pair.value.map(|value| self.expanded(&known, value));
                    let own = value.map(|value| format!("<{name}={value}>"));
                    let value = own.or_else(|| self.outer.get(&name).cloned());
                    // Without a value it keeps the one that a stage below gave it.
                    match value {
                        Some(value) => stage.arguments.insert(name, value),
                        None => Some(
                            stage
                                .arguments
                                .entry(name.clone())
                                .or_insert(format!("<{name}>"))
                                .clone(),
                        ),
                    };
                }
            }
            (Keyword::Label, Arguments::Pairs { pairs, .. }) => {
                for pair in pairs {
                    let value = pair.value.map(|value| self.expanded(&known, value));
                    let name = format!("LABEL {}", self.expanded(&known, pair.name));
                    stage.settings.insert(name, value.unwrap_or_default());
                }
            }
            (Keyword::User, _) => stage.user = text,
            (Keyword::Shell, _) => stage.shell = text,
            (Keyword::Workdir, _) => {
                let path = joined(&stage.directory, &text);
                if path != stage.directory {
                    story.push(format!("WORKDIR {path} {}", stage.user));
                }
                stage.directory = path;
            }
            (Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck, _) => {
                let shell = instruction.script().map(|_| stage.shell.clone());
                let raw = self.tree.text(instruction.arguments_span);
                let flags = self.flags(&Names::new(), instruction);
                stage.settings.insert(name.to_owned(), format!("{flags:?} {shell:?} {raw}"));
                stage.has_command |= instruction.kind == Keyword::Cmd;
                if !stage.has_command && instruction.kind == Keyword::Entrypoint {
                    stage.settings.insert("CMD".to_owned(), String::new());
                }
            }
            (Keyword::Stopsignal | Keyword::Maintainer, _) => {
                stage.settings.insert(name.to_owned(), text);
            }
            (Keyword::Onbuild, _) => {
                let triggers = stage.settings.entry(name.to_owned()).or_default();
                let raw = self.tree.text(instruction.span);
                let bodies = instruction.innermost().heredocs.iter();
                let bodies: Vec<&str> = bodies.map(|one| self.tree.raw(one.body)).collect();
                triggers.push_str(&format!("{raw} {bodies:?};"));
            }
            (Keyword::Expose, _) => {
                let ports = text.split_whitespace().map(|port| format!("EXPOSE {port}"));
                stage.settings.extend(ports.map(|port| (port, String::new())));
            }
            (Keyword::Run, _) => {
                let surroundings = Surroundings {
                    variables: known.clone(),
                    directory: stage.directory.clone(),
                    shell: stage.shell.clone(),
                    rest: format!("{} {:?}", stage.user, self.flags(&known, instruction)),
                };
                story.extend(steps(self.tree, instruction, surroundings, self.inside));
            }
            (Keyword::Copy | Keyword::Add, Arguments::Words(words)) => {
                let mut words: Vec<String> =
                    words.iter().map(|word| self.expanded(&known, word.span)).collect();
                let target = words.pop().unwrap_or_default();
                let slash = if target.ends_with('/') || target == "." { "/" } else { "" };
                let target = joined(&stage.directory, &target);
                let bodies = instruction.heredocs.iter().map(|one| self.tree.raw(one.body));
                let bodies: Vec<&str> = bodies.collect();
                let bodies = (!bodies.is_empty()).then_some((bodies, &known));
                let flags = self.flags(&known, instruction);
                story.push(format!("{name} {flags:?} {words:?} {target}{slash} {bodies:?}"));
            }
            _ => story.push(format!(
                "{name} {:?} {text} {}",
                self.flags(&known, instruction),
                stage.directory
            )),
        }
        self.stage = Some(stage);
    }

    fn above(&mut self, instruction: &Instruction, story: &mut Vec<String>) {
        let Arguments::Pairs { pairs, .. } = &instruction.arguments else {
            return story.push(self.tree.text(instruction.span).into_owned());
        };
        if instruction.kind != Keyword::Arg {
            story.push(self.tree.text(instruction.span).into_owned());
        }
        for pair in pairs {
            let name = self.tree.text(pair.name).into_owned();
            let Some(value) = pair.value else { continue };
            let value = self.expanded(&self.outer, value);
            self.outer.insert(name.clone(), format!("<{name}={value}>"));
        }
    }
}

/// What a RUN sees: ENV hides ARG.
fn seen(stage: &Stage) -> Names {
    let mut seen = stage.arguments.clone();
    seen.extend(stage.variables.clone());
    seen
}

/// `$NAME` and `${NAME}` where NAME is known.
pub(crate) fn expand(known: &Names, text: &str) -> String {
    let mut expanded = String::new();
    let mut from = 0;
    for variable in variables(text, 0) {
        let Some(value) = known.get(variable.name.of(text)) else { continue };
        expanded += &text[from..variable.span.start];
        from = variable.span.end;
        match variable.modifier {
            None => expanded += value,
            Some(_) => expanded += &format!("<{} where it is {value}>", variable.span.of(text)),
        }
    }
    expanded + &text[from..]
}

/// A path behind the directory in force.
pub(crate) fn joined(directory: &str, path: &str) -> String {
    if !path.is_empty() && path.bytes().all(|byte| byte == b'/') {
        return "/".to_owned();
    }
    let path = path.trim_start_matches("./").trim_end_matches('/');
    match path {
        "" | "." => directory.to_owned(),
        _ if path.starts_with(['/', '$', '<']) => path.to_owned(),
        _ => format!("{directory}/{path}"),
    }
}
