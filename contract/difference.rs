//! The ways in which a rewritten file may differ from the old one and still build what was meant.

/// A kind of difference that the proof can accept. Each pass declares those that it may cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// A cache that a package manager leaves is deleted, and nothing reads it afterwards.
    CacheRemoval,
    /// A call gets a flag by which it leaves no cache, and nothing reads that cache afterwards.
    CacheAvoidance,
    /// A cache lives in a cache mount instead of the layer, and nothing reads it afterwards.
    CacheMount,
    /// Two steps change places, and neither reads or writes what the other writes.
    StepOrder,
    /// One COPY becomes several that leave the same files.
    CopySplit,
    /// A COPY passes an install that fills a folder of which the context holds nothing, though it might.
    UnhiddenFolder,
    /// A step is added that only downloads what a later one would.
    Download,
    /// The packages of one install stand in another order.
    PackageOrder,
    /// A COPY gives files the owner and the mode that a later chown or chmod gave.
    Ownership,
    /// An ADD that only copies becomes a COPY.
    AddToCopy,
    /// An install leaves out what is only recommended, and names what of that is needed.
    Recommendations,
    /// An install leaves out what only developers of the project use.
    DevelopmentPackages,
    /// A variable that only tells of a version, a date or a revision is set below steps that do not use it.
    LateMetadata,
    /// A binary is linked without its symbols and debugging information.
    StrippedBinary,
    /// Packages of Python are installed without the bytecode that Python makes when it imports them.
    Bytecode,
    /// Tools that only the build needed are removed again, and nothing uses them afterwards.
    BuildTools,
    /// A stage becomes two: one that builds, and one that holds what the container needs.
    SplitStage,
    /// The name of an instruction is written in another case.
    KeywordCase,
    /// A stage is built on the slim form of the same image, and gets what it used of the old one.
    SlimBase,
}

impl Difference {
    /// All of them.
    pub const ALL: &'static [Difference] = &[
        Difference::CacheRemoval,
        Difference::CacheAvoidance,
        Difference::CacheMount,
        Difference::StepOrder,
        Difference::CopySplit,
        Difference::UnhiddenFolder,
        Difference::Download,
        Difference::PackageOrder,
        Difference::Ownership,
        Difference::AddToCopy,
        Difference::Recommendations,
        Difference::DevelopmentPackages,
        Difference::LateMetadata,
        Difference::StrippedBinary,
        Difference::Bytecode,
        Difference::BuildTools,
        Difference::SplitStage,
        Difference::KeywordCase,
        Difference::SlimBase,
    ];

    /// Whether nobody misses what goes: the image does what it did, and holds all that was asked for. Else it holds less,
    /// as somebody may want, or programs no longer see what they are taken not to read, or it rests on a context that stays
    /// as it is.
    pub fn is_harmless(self) -> bool {
        !matches!(
            self,
            Difference::Recommendations
                | Difference::DevelopmentPackages
                | Difference::LateMetadata
                | Difference::StrippedBinary
                | Difference::Bytecode
                | Difference::BuildTools
                | Difference::UnhiddenFolder
                | Difference::SplitStage
                | Difference::SlimBase
        )
    }

    /// The word that the command line and the documentation use.
    pub fn name(self) -> &'static str {
        match self {
            Difference::CacheRemoval => "cache-removal",
            Difference::CacheAvoidance => "cache-avoidance",
            Difference::CacheMount => "cache-mount",
            Difference::StepOrder => "step-order",
            Difference::CopySplit => "copy-split",
            Difference::UnhiddenFolder => "unhidden-folder",
            Difference::Download => "download",
            Difference::PackageOrder => "package-order",
            Difference::Ownership => "ownership",
            Difference::AddToCopy => "add-to-copy",
            Difference::Recommendations => "recommendations",
            Difference::DevelopmentPackages => "development-packages",
            Difference::LateMetadata => "late-metadata",
            Difference::StrippedBinary => "stripped-binary",
            Difference::Bytecode => "bytecode",
            Difference::BuildTools => "build-tools",
            Difference::SplitStage => "split-stage",
            Difference::KeywordCase => "keyword-case",
            Difference::SlimBase => "slim-base",
        }
    }

    /// What it is, in one sentence without a full stop.
    pub fn summary(self) -> &'static str {
        match self {
            Difference::CacheRemoval => "a cache is deleted that nothing reads afterwards",
            Difference::CacheAvoidance => "a call leaves no cache, and nothing reads it afterwards",
            Difference::CacheMount => "a cache lives in a mount, and nothing reads it afterwards",
            Difference::StepOrder => {
                "two steps change places, and neither touches what the other writes"
            }
            Difference::CopySplit => "one COPY becomes several that leave the same files",
            Difference::UnhiddenFolder => {
                "a folder that an install fills is not hidden, and the context holds none"
            }
            Difference::Download => "a step only downloads what a later one would",
            Difference::PackageOrder => "the packages of one install stand in another order",
            Difference::Ownership => "a COPY gives the owner or mode that a later step gave",
            Difference::AddToCopy => "an ADD that only copies becomes a COPY",
            Difference::Recommendations => "an install leaves out what is only recommended",
            Difference::DevelopmentPackages => {
                "an install leaves out what only developers of the project use"
            }
            Difference::LateMetadata => {
                "a version, date or revision is set below steps that do not use it"
            }
            Difference::StrippedBinary => "a binary is linked without debugging information",
            Difference::Bytecode => "packages of Python are installed without bytecode",
            Difference::BuildTools => "tools that only the build needed are removed behind it",
            Difference::SplitStage => "the image holds what the container needs, on another base",
            Difference::KeywordCase => "a keyword is written in another case",
            Difference::SlimBase => "a stage is built on the slim form of the same image",
        }
    }
}
