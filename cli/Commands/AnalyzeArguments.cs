using System.CommandLine;
using System.CommandLine.Parsing;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>analyze</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class AnalyzeArguments
{
    public Argument<string> Model { get; } = new("MODEL") { Description = "The trained network, an ONNX file." };

    public Option<string> Data { get; } = new("--data")
    {
        Description = "The data set: IDX, NPY or CSV, also gzipped. Rows are samples.",
        HelpName = "FILE",
        Required = true,
    };

    public Option<string?> Labels { get; } = new("--labels")
    {
        Description = "Class indices, one a row: IDX, NPY or CSV. With labels the report has accuracies.",
        HelpName = "FILE",
    };

    public Option<double> ScaleBy { get; } = new("--scale")
    {
        Description = "Multiplies every feature, e.g. 1/255 for 8-bit pixels.",
        HelpName = "FACTOR",
        CustomParser = ParseScale,
        DefaultValueFactory = _ => 1,
    };

    public Option<string> Layout { get; } = new Option<string>("--layout")
    {
        Description = "How image rows lie in the file; decided from the shapes when not given.",
        HelpName = "nchw|nhwc|flat",
        DefaultValueFactory = _ => "auto",
    }.AcceptOnlyFromAmong("auto", "nchw", "nhwc", "flat");

    public Option<long> Limit { get; } = new("--limit")
    {
        Description = "Use the first N rows only.",
        HelpName = "N",
        Validators = { AtLeast("--limit", 1) },
    };

    public Option<int> LabelColumn { get; } = new("--label-column")
    {
        Description = "The column of a CSV file that holds the label: 1 is the first, -1 the last.",
        HelpName = "K",
    };

    public Option<string> Output { get; } = new("--output")
    {
        Description = "The folder for report.json and report.html (default koopmesh-report; none with --json).",
        HelpName = "DIR",
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the report as JSON on standard output, and nothing else.",
    };

    public EndpointArguments Endpoint { get; } = new();

    public Option<string?> Config { get; } = new("--config")
    {
        Description = "A JSON file with analysis options (docs/report.md, AnalysisOptions); flags win over it.",
        HelpName = "FILE",
    };

    public Option<string> Cuts { get; } = new Option<string>("--cuts")
    {
        Description = "Where to cut: default (blocks), fine (every cut) or coarse (merged blocks).",
        HelpName = "default|fine|coarse",
        DefaultValueFactory = _ => "default",
    }.AcceptOnlyFromAmong("default", "fine", "coarse");

    public Option<string?> Alignment { get; } = new Option<string?>("--alignment")
    {
        Description = "How unequal input and output sizes are aligned (methods in docs/methods.md).",
        HelpName = "zero-pad|minimal|random|pca",
    }.AcceptOnlyFromAmong("zero-pad", "minimal", "random", "pca");

    public Option<string?> Accumulator { get; } = new Option<string?>("--accumulator")
    {
        Description = "gram (fast) or qr (keeps twice the digits).",
        HelpName = "gram|qr",
    }.AcceptOnlyFromAmong("gram", "qr");

    public Option<int?> Bootstraps { get; } = new("--bootstraps")
    {
        Description = "Bootstrap replicates for the intervals (default 200; 0 for none).",
        HelpName = "N",
        Validators = { AtLeast("--bootstraps", 0) },
    };

    public Option<int?> AuditRows { get; } = new("--audit-rows")
    {
        Description = "Rows the audit's interventions run on (default 10000; 0 skips the audit).",
        HelpName = "N",
        Validators = { AtLeast("--audit-rows", 0) },
    };

    public Option<ulong?> Seed { get; } = new("--seed")
    {
        Description = "Seeds every random draw; the same seed gives the same report.",
        HelpName = "N",
    };

    public Option<bool> Estimate { get; } = new("--estimate")
    {
        Description = "Say how many rows, bytes and seconds the analysis would take, and stop.",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Model);
        Option[] options =
        [
            Data, Labels, ScaleBy, Layout, Limit, LabelColumn, Output, Json, .. Endpoint.All, .. OfAnalysis, Estimate,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    public AnalyzeSettings Bind(ParseResult result) => new()
    {
        Model = result.GetRequiredValue(Model),
        Data = result.GetRequiredValue(Data),
        Labels = result.GetValue(Labels),
        DataOptions = BindData(result),
        Options = BindOptions(result),
        Output = result.GetValue(Output),
        Json = result.GetValue(Json),
        Endpoint = Endpoint.Bind(result),
        EstimateOnly = result.GetValue(Estimate),
    };

    /// <summary>How the rows are read.</summary>
    public DataOptions BindData(ParseResult result) => new()
    {
        Scale = result.GetValue(ScaleBy),
        Layout = ToLayout(result.GetValue(Layout)),
        Limit = result.GetValue(Limit),
        LabelColumn = result.GetValue(LabelColumn),
    };

    /// <summary>The options of an analysis.</summary>
    public IReadOnlyList<Option> OfAnalysis => [Config, Cuts, Alignment, Accumulator, Bootstraps, AuditRows, Seed];

    internal static Granularity ToGranularity(string? text) => text switch
    {
        "fine" => Granularity.Fine,
        "coarse" => Granularity.Coarse,
        _ => Granularity.Unspecified,
    };

    private static Run.V1.Layout ToLayout(string? text) => text switch
    {
        "nchw" => Run.V1.Layout.Nchw,
        "nhwc" => Run.V1.Layout.Nhwc,
        "flat" => Run.V1.Layout.Flat,
        _ => Run.V1.Layout.Unspecified,
    };

    /// <summary>What <see cref="OfAnalysis"/> say.</summary>
    internal AnalysisOptions BindOptions(ParseResult result)
    {
        var options = ConfigFile.Read(result.GetValue(Config));
        var cuts = ToGranularity(result.GetValue(Cuts));
        options.Granularity = cuts == Granularity.Unspecified ? options.Granularity : cuts;
        options.Alignment = result.GetValue(Alignment) switch
        {
            "zero-pad" => Run.V1.Alignment.ZeroPad,
            "minimal" => Run.V1.Alignment.Minimal,
            "random" => Run.V1.Alignment.RandomOrthonormal,
            "pca" => Run.V1.Alignment.Pca,
            _ => options.Alignment,
        };
        options.Accumulator = result.GetValue(Accumulator) switch
        {
            "gram" => AccumulatorKind.Gram,
            "qr" => AccumulatorKind.Qr,
            _ => options.Accumulator,
        };
        options.Seed = result.GetValue(Seed) ?? options.Seed;
        options.Bootstraps = NoneIsMinusOne(result.GetValue(Bootstraps)) ?? options.Bootstraps;
        options.AuditRows = NoneIsMinusOne(result.GetValue(AuditRows)) ?? options.AuditRows;
        return options;
    }

    // On the wire zero means "the default", so that "none" is -1 there.
    private static int? NoneIsMinusOne(int? value) => value == 0 ? -1 : value;

    private static double ParseScale(ArgumentResult result)
    {
        if (Scale.TryParse(result.Tokens[0].Value, out var value))
        {
            return value;
        }

        result.AddError(
            $"--scale got '{result.Tokens[0].Value}'; expected a number or a fraction such as 1/255, not zero");
        return 0;
    }

    private static Action<OptionResult> AtLeast(string name, long minimum) => result =>
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        if (result.Tokens.Count > 0
            && (!long.TryParse(result.Tokens[0].Value, culture, out var value) || value < minimum))
        {
            result.AddError($"{name} got '{result.Tokens[0].Value}'; expected a whole number of at least {minimum}");
        }
    };
}
