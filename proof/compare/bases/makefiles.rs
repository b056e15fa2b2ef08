//! What make runs when a stage, or its container, calls it: whether that compiles.
//!
//! Source: the manual of GNU make, "Using Implicit Rules", "Recipe Syntax".

use dockslim_contract::BuildContext;

use super::sources::base;
use super::uses::Uses;

/// Ends of names from which make makes others without being told.
const IMPLIED: &str = " C F S c cc cpp cxx f l mod p r s y ";
/// Variables and functions that stand for programs, or for texts that are not in the file.
const HIDING: &str = "AR AS CC COMPILE CPP CXX FC LD LEX LINK PC YACC call eval file foreach shell";
/// What Makefiles are written from.
const WRITING: &str = " CMakeLists.txt Makefile.PL Makefile.am Makefile.in configure extconf.rb ";
/// What brings other Makefiles, or reads others than these.
const BRINGING: &str = " bzr curl git hg svn tar unzip wget ";
/// Programs that install or build in ways of their own.
const OTHERS: &str = " apt apt-get bun bundle cargo cmake composer conda configure corepack easy_install gem go gradle hatch mamba meson mvn ninja npm npx nox pdm pipenv pipx pnpm poetry rake tox uv yarn ";

impl Uses {
    /// Adds what the recipes of all Makefiles call, if all of them can be read.
    pub(super) fn follow_make(&mut self, context: &BuildContext, files: &[&str]) {
        if !self.called.iter().any(|name| name == "make") {
            return;
        }
        let implied = |path: &&str| {
            if WRITING.contains(&format!(" {} ", base(path))) {
                return true;
            }
            let end = base(path).rsplit_once('.').map_or("", |(_, end)| end);
            !end.is_empty() && IMPLIED.contains(&format!(" {end} "))
        };
        let brought = self.called.iter().any(|name| BRINGING.contains(&format!(" {name} ")));
        let told = self
            .texts
            .iter()
            .flat_map(|text| text.split(|c: char| c.is_whitespace() || "\",[]".contains(c)));
        let elsewhere = told.into_iter().any(|word| {
            ["-f", "--file", "--makefile", "--eval"].iter().any(|flag| word.starts_with(flag))
        });
        if brought || elsewhere || files.iter().any(implied) {
            return;
        }
        let is_rules = |path: &&&str| {
            let name = base(path);
            ["Makefile", "makefile", "GNUmakefile"].contains(&name) || name.ends_with(".mk")
        };
        let mut commands = Vec::new();
        let mut any = false;
        for path in files.iter().filter(is_rules) {
            let Some(own) = context.text(path).and_then(recipes) else { return };
            commands.extend(own);
            any = true;
        }
        if !any {
            return;
        }
        self.makes_nothing = true;
        for command in commands {
            let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            if words.iter().any(|word| base(word).starts_with("pip")) {
                self.installs.push(words);
            }
            self.shell(command);
        }
    }
}

/// The commands of a Makefile, and what its variables hold; `None` if something else than they may run.
fn recipes(text: &str) -> Option<Vec<&str>> {
    let hidden = HIDING
        .split(' ')
        .any(|name| text.contains(&format!("$({name}")) || text.contains(&format!("${{{name}")));
    if hidden || text.contains('\\') || text.contains("setup.py") {
        return None;
    }
    let mut found = Vec::new();
    for line in text.lines() {
        let recipe = line.starts_with('\t') || line.contains(';');
        for part in line.split(['|', ';', '&', '(', '`']) {
            let command = part.trim_start().trim_start_matches(['@', '-', '+']);
            let first = command.split_whitespace().next().unwrap_or_default();
            if recipe && first.starts_with('$') && !first.contains("MAKE") {
                return None;
            }
            let mut words = command.split_whitespace();
            if words.any(|word| OTHERS.contains(&format!(" {} ", base(word)))) {
                return None;
            }
            found.push(command);
        }
    }
    Some(found)
}
