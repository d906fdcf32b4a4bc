using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>replace</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class ReplaceArguments
{
    // As services/capture checks them.
    private const int MostCandidates = 2_000;
    private const int MostExports = 64;

    private readonly AnalyzeArguments _data = new();

    public Option<string[]> Components { get; } = new("--component")
    {
        Description =
            "What to replace: names from koopmesh components, or FIRST..LAST for components in a row. Several make one "
            + "hybrid. Default: the planner looks for what is worth replacing (--auto).",
        HelpName = "NAME...",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<bool> Auto { get; } = new("--auto")
    {
        Description = "Let the planner choose components, lifts and ranks; the default without --component.",
    };

    public Option<string[]> Lifts { get; } = new("--lift")
    {
        Description =
            "Observables to try: affine, relu[:COUNT], pairs[:COUNT], abs, rff[:COUNT], poly[:DEGREE], delay[:LAYERS], "
            + "several joined by + into one (default: affine, and those that suit the width). Plain affine is always "
            + "compared with.",
        HelpName = "LIFT...",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<string[]> Ranks { get; } = new("--rank")
    {
        Description = "Ranks of the linear operator to try: full, or a number (default: full, and halves that help).",
        HelpName = "R...",
        AllowMultipleArgumentsPerToken = true,
        Validators = { RequireRanks },
    };

    public Option<string[]> Budget { get; } = new("--budget")
    {
        Description =
            "When a hybrid is good enough: accuracy=0.5% (lose at most that) or latency=0.8 (take at most that share "
            + "of the time), or both (default accuracy=0.5%). Without labels, agreement stands for accuracy.",
        HelpName = "accuracy=LOSS|latency=RATIO",
        AllowMultipleArgumentsPerToken = true,
        Validators = { RequireBudget },
    };

    public Option<string> Profile { get; } = new Option<string>("--profile")
    {
        Description = "Operators the hybrid may hold: any of ONNX, or only what verifiers accept.",
        HelpName = "any|verifier",
        DefaultValueFactory = _ => "any",
    }.AcceptOnlyFromAmong("any", "verifier");

    public Option<string?> Box { get; } = BoxText.Option();

    public Option<double> Alpha { get; } = new("--alpha")
    {
        Description = "Conformal bounds are wrong for at most this fraction of new rows (default 0.01).",
        HelpName = "FRACTION",
        CustomParser = result => Fraction(result, "--alpha"),
    };

    public Option<double> FitFraction { get; } = new("--fit-fraction")
    {
        Description = "Fraction of the rows that stand-ins are fitted to (default 0.5).",
        HelpName = "FRACTION",
        CustomParser = result => Fraction(result, "--fit-fraction"),
    };

    public Option<double> SelectFraction { get; } = new("--select-fraction")
    {
        Description = "Fraction that choices are made on (default 0.15).",
        HelpName = "FRACTION",
        CustomParser = result => Fraction(result, "--select-fraction"),
    };

    public Option<double> CalibrateFraction { get; } = new("--calibrate-fraction")
    {
        Description = "Fraction that calibrates conformal bounds (default 0.15); the rest is what is reported on.",
        HelpName = "FRACTION",
        CustomParser = result => Fraction(result, "--calibrate-fraction"),
    };

    public Option<int> LongestRegion { get; } = new("--longest-region")
    {
        Description = "Components in a row that the planner may replace by one stand-in (default 4).",
        HelpName = "N",
        Validators = { FitArguments.Within("--longest-region", 1, 64) },
    };

    public Option<int> Candidates { get; } = new("--candidates")
    {
        Description = "Hybrids the planner evaluates, at most (default 400).",
        HelpName = "N",
        Validators = { FitArguments.Within("--candidates", 1, MostCandidates) },
    };

    public Option<int> Exports { get; } = new("--exports")
    {
        Description = "Hybrids that are exported and measured again, at most (default 8).",
        HelpName = "N",
        Validators = { FitArguments.Within("--exports", 1, MostExports) },
    };

    public Option<ulong> Seed { get; } = new("--seed")
    {
        Description = "Seeds the split of the rows and every random draw (default 0).",
        HelpName = "N",
    };

    public Option<bool> Accurate { get; } = new("--accurate")
    {
        Description = "Fit by QR: more digits, more time.",
    };

    public Option<double> RankTolerance { get; } = new("--rank-tolerance")
    {
        Description = "Leave out directions whose singular value is at most this share of the largest (default 1e-5).",
        HelpName = "FRACTION",
        CustomParser = result => Fraction(result, "--rank-tolerance"),
    };

    public Option<bool> SkipSound { get; } = new("--no-sound-bounds")
    {
        Description = "Leave out the sound bound; conformal and empirical ones are always there.",
    };

    public Option<string> Output { get; } = new("--output")
    {
        Description = "Where the hybrid goes, an ONNX file; FILE.json beside it gets the report.",
        HelpName = "FILE",
        Required = true,
    };

    public Option<string?> Front { get; } = new("--front")
    {
        Description = "A folder for every hybrid of the front, as 1.onnx, 2.onnx, ... of the table.",
        HelpName = "DIR",
    };

    public Option<string?> Report { get; } = new("--report")
    {
        Description = "A folder for replacement.html, a page to look at, and replacement.json.",
        HelpName = "DIR",
    };

    public Option<string?> State { get; } = new("--state")
    {
        Description = "A folder to keep runs in: the same search, stopped half way, goes on where it was.",
        HelpName = "DIR",
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the report as JSON on standard output, and nothing else.",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_data.Model);
        Option[] options =
        [
            _data.Data, _data.Labels, _data.ScaleBy, _data.Layout, _data.Limit, _data.LabelColumn, _data.Cuts,
            Components, Auto, Lifts, Ranks, Budget, Profile, Box, Alpha, FitFraction, SelectFraction,
            CalibrateFraction, LongestRegion, Candidates, Exports, Seed, Accurate, RankTolerance, SkipSound, Output,
            Front, Report, State, Json, .. _data.Endpoint.All,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(RequireOneWay);
    }

    public ReplaceSettings Bind(ParseResult result) => new()
    {
        Model = result.GetRequiredValue(_data.Model),
        Data = result.GetRequiredValue(_data.Data),
        Labels = result.GetValue(_data.Labels),
        DataOptions = _data.BindData(result),
        Granularity = AnalyzeArguments.ToGranularity(result.GetValue(_data.Cuts)),
        Options = BindOptions(result),
        Box = result.GetValue(Box),
        Output = result.GetRequiredValue(Output),
        Front = result.GetValue(Front),
        Report = result.GetValue(Report),
        State = result.GetValue(State),
        Json = result.GetValue(Json),
        Endpoint = _data.Endpoint.Bind(result),
    };

    private ReplacementOptions BindOptions(ParseResult result)
    {
        var options = new ReplacementOptions
        {
            Profile = result.GetValue(Profile) == "verifier" ? Run.V1.Profile.Verifier : Run.V1.Profile.Any,
            Alpha = result.GetValue(Alpha),
            FitFraction = result.GetValue(FitFraction),
            SelectFraction = result.GetValue(SelectFraction),
            CalibrateFraction = result.GetValue(CalibrateFraction),
            LongestRegion = result.GetValue(LongestRegion),
            Candidates = result.GetValue(Candidates),
            Exports = result.GetValue(Exports),
            Seed = result.GetValue(Seed),
            Accurate = result.GetValue(Accurate),
            RankTolerance = result.GetValue(RankTolerance),
            SkipSoundBounds = result.GetValue(SkipSound),
        };
        options.Regions.AddRange(result.GetValue(Components) ?? []);
        options.Lifts.AddRange(result.GetValue(Lifts) ?? []);
        options.Ranks.AddRange((result.GetValue(Ranks) ?? []).Select(text => TryRank(text) ?? 0));
        if (result.GetValue(Budget) is { Length: > 0 } parts)
        {
            options.Budget = new Budget();
            Array.ForEach(parts, part => ReplaceBudget.TryAdd(part, options.Budget));
        }

        return options;
    }

    private void RequireOneWay(CommandResult result)
    {
        if (result.GetValue(Auto) && result.GetResult(Components) is { Tokens.Count: > 0 })
        {
            result.AddError("--auto and --component were both given; expected one of them");
        }

        if (result.GetValue(State) is not null && result.GetResult(_data.Endpoint.Address) is { Tokens.Count: > 0 })
        {
            result.AddError("--state and --endpoint were both given; a mesh keeps runs in its own folder");
        }
    }

    private static void RequireRanks(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => TryRank(token.Value) is null))
        {
            result.AddError($"--rank got '{token.Value}'; expected full or a whole number of at least 1");
        }
    }

    private static void RequireBudget(OptionResult result)
    {
        var budget = new Budget();
        foreach (var token in result.Tokens.Where(token => !ReplaceBudget.TryAdd(token.Value, budget)))
        {
            result.AddError($"--budget got '{token.Value}'; expected {ReplaceBudget.Expected}, each once");
        }
    }

    // On the wire full is 0.
    private static int? TryRank(string text) => text switch
    {
        "full" => 0,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rank) && rank > 0 => rank,
        _ => null,
    };

    private static double Fraction(ArgumentResult result, string name) => FitArguments.ParseNumber(
        result, name, value => value is > 0 and < 1, "a fraction above 0 and below 1");
}
