using System.CommandLine;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>handoff</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class HandOffArguments
{
    private const int LongestTimeout = 7 * 24 * 3600;

    private readonly AnalyzeArguments _data = new();

    public Argument<string> Original { get; } = new("ORIGINAL") { Description = "The network, an ONNX file." };

    public Argument<string> Hybrid { get; } = new("HYBRID")
    {
        Description = "What replaces it, e.g. from koopmesh replace --profile verifier.",
    };

    public Option<string?> Box { get; } = BoxText.Option();

    public Option<double> Epsilon { get; } = new("--epsilon")
    {
        Description = "The property: no output of the two differs by more on the box.",
        HelpName = "E",
        Required = true,
        CustomParser = result => FitArguments.ParseNumber(
            result, "--epsilon", value => value > 0, "a number above 0"),
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The data set that a box of rows is taken from: IDX, NPY or CSV, also gzipped.",
        HelpName = "FILE",
    };

    public Option<int> Timeout { get; } = new("--timeout")
    {
        Description = "Seconds a verifier may take, for instances.csv (default 300).",
        HelpName = "SECONDS",
        Validators = { FitArguments.Within("--timeout", 1, LongestTimeout) },
    };

    public Option<string> Output { get; } = new("--output")
    {
        Description = "The folder for instances.csv, onnx/ and vnnlib/.",
        HelpName = "DIR",
        Required = true,
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Original);
        command.Arguments.Add(Hybrid);
        command.Validators.Add(result => BoxText.RequireSource(result, Box, Data));
        Option[] options =
        [
            Box, Epsilon, Data, _data.ScaleBy, _data.Layout, _data.Limit, _data.LabelColumn, Timeout, Output,
            .. _data.Endpoint.All,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    public HandOffSettings Bind(ParseResult result) => new()
    {
        Original = result.GetRequiredValue(Original),
        Hybrid = result.GetRequiredValue(Hybrid),
        Data = result.GetValue(Data),
        DataOptions = _data.BindData(result),
        Box = result.GetValue(Box),
        Epsilon = result.GetValue(Epsilon),
        TimeoutSeconds = result.GetValue(Timeout),
        Output = result.GetRequiredValue(Output),
        Endpoint = _data.Endpoint.Bind(result),
    };
}
