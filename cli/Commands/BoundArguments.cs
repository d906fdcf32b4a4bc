using System.CommandLine;
using System.CommandLine.Parsing;
using KoopmanMesh.Credit.V1;
using KoopmanMesh.Networks.Data;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>bound</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class BoundArguments
{
    private const long DefaultSearch = 100_000;

    // Of protos/koopmanmesh/credit/v1/bounds.proto.
    private const long MostPoints = 10_000_000;

    private readonly AnalyzeArguments _data = new();

    public Argument<string> Original { get; } = new("ORIGINAL") { Description = "A network, an ONNX file." };

    public Argument<string> Hybrid { get; } = new("HYBRID")
    {
        Description = "Another with inputs and outputs of the same sizes, e.g. what koopmesh replace wrote.",
    };

    public Option<string?> Box { get; } = BoxText.Option();

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The data set that a box is taken from: IDX, NPY or CSV, also gzipped.",
        HelpName = "FILE",
    };

    public Option<string[]> Regions { get; } = new("--region")
    {
        Description =
            "Also bound how far the part between two tensors that both networks have can be apart: FROM..TO, by name.",
        HelpName = "FROM..TO",
        AllowMultipleArgumentsPerToken = true,
        Validators = { RequireRegions },
    };

    public Option<long> Search { get; } = new("--search")
    {
        Description =
            "Points of the box to look for the largest difference at, half of them by gradient ascent (0 for none).",
        HelpName = "POINTS",
        DefaultValueFactory = _ => DefaultSearch,
        Validators = { FitArguments.Within("--search", 0, MostPoints) },
    };

    public Option<bool> RandomOnly { get; } = new("--random-only")
    {
        Description = "Search at random, without ascent: for networks with operators that have no gradient here.",
    };

    public Option<ulong> Seed { get; } = new("--seed")
    {
        Description = "Seeds the search; the same seed looks at the same points (default 0).",
        HelpName = "N",
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print bound and search as JSON on standard output, and nothing else.",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Original);
        command.Arguments.Add(Hybrid);
        Option[] options =
        [
            Box, Data, _data.ScaleBy, _data.Limit, _data.LabelColumn, Regions, Search, RandomOnly, Seed, Json,
            .. _data.Endpoint.All,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result => BoxText.RequireSource(result, Box, Data));
    }

    public BoundSettings Bind(ParseResult result) => new()
    {
        Original = result.GetRequiredValue(Original),
        Hybrid = result.GetRequiredValue(Hybrid),
        Box = result.GetValue(Box),
        Data = result.GetValue(Data),
        DataOptions = new DataSetOptions
        {
            Scale = result.GetValue(_data.ScaleBy),
            Limit = result.GetValue(_data.Limit),
            LabelColumn = result.GetValue(_data.LabelColumn),
        },
        Regions = [.. (result.GetValue(Regions) ?? []).Select(text => Region(text)!)],
        Search = result.GetValue(Search),
        RandomOnly = result.GetValue(RandomOnly),
        Seed = result.GetValue(Seed),
        Json = result.GetValue(Json),
        Endpoint = _data.Endpoint.Bind(result),
    };

    private static BoundRegion? Region(string text)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        return dots < 1 || dots + 2 == text.Length
            ? null
            : new BoundRegion { Name = text, FromTensor = text[..dots], ToTensor = text[(dots + 2)..] };
    }

    private static void RequireRegions(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => Region(token.Value) is null))
        {
            result.AddError($"--region got '{token.Value}'; expected FROM..TO, the names of two tensors");
        }
    }
}
