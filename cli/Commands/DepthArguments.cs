using System.CommandLine;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>The options of <c>depth</c>, each with the sentence that <c>--help</c> shows.</summary>
internal sealed class DepthArguments
{
    private readonly AnalyzeArguments _data = new();

    public Option<string?> Model { get; } = new("--model")
    {
        Description = "A network, an ONNX file, that maps the rows of --data: how deep must a copy of it be?",
        HelpName = "FILE",
    };

    public Option<string[]> Data { get; } = new("--data")
    {
        Description =
            "With --model its rows: IDX, NPY or CSV, also gzipped. Without, pairs: an NPZ or safetensors file with "
            + "inputs and outputs, an NPY file of rows x 2 x width, or two NPY files of rows.",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<double?> Delta { get; } = new("--delta")
    {
        Description = "How much one layer may change an eigenfunction, in logarithm (default 0.3).",
        HelpName = "LOG",
        CustomParser = result => FitArguments.ParseNumber(result, "--delta", value => value > 0, "a number above 0"),
    };

    public Option<double?> Tolerance { get; } = new("--tolerance")
    {
        Description = "Of the contraction rule: what the slowest mode is to contract to (default 0.01).",
        HelpName = "FRACTION",
        CustomParser = result => FitArguments.ParseNumber(
            result, "--tolerance", value => value is > 0 and < 1, "a fraction above 0 and below 1"),
    };

    public Option<string?> Dictionary { get; } = new("--dictionary")
    {
        Description = "Observables joined by +, as of koopmesh fit (default affine).",
        HelpName = "TERMS",
    };

    public Option<double?> Residual { get; } = new("--residual")
    {
        Description = "Believe a mode up to this residual, relative to its eigenvalue (default 0.01).",
        HelpName = "SHARE",
        CustomParser = result => FitArguments.ParseNumber(
            result, "--residual", value => value > 0, "a number above 0"),
    };

    public Option<int> Rank { get; } = new("--rank")
    {
        Description = "Most directions (default all above 1e-8 of the largest).",
        HelpName = "N",
        Validators = { FitArguments.Within("--rank", 1, 1024) },
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the advice as JSON on standard output, and nothing else.",
    };

    public void AddTo(Command command)
    {
        Option[] options =
        [
            Model, Data, Delta, Tolerance, Dictionary, Residual, Rank, _data.ScaleBy, _data.Layout, _data.Limit,
            _data.LabelColumn, Json, .. _data.Endpoint.All,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            var most = result.GetResult(Model) is null ? 2 : 1;
            if (result.GetResult(Data)?.Tokens.Count > most)
            {
                result.AddError(most == 1 ? "--data names one file with --model" : "--data names at most two files");
            }
        });
    }

    public DepthSettings Bind(ParseResult result)
    {
        var header = new DepthHeader
        {
            Dictionary = result.GetValue(Dictionary) ?? "",
            Rank = result.GetValue(Rank),
        };
        if (result.GetValue(Delta) is { } delta)
        {
            header.Delta = delta;
        }

        if (result.GetValue(Tolerance) is { } tolerance)
        {
            header.Tolerance = tolerance;
        }

        if (result.GetValue(Residual) is { } residual)
        {
            header.Residual = residual;
        }

        return new DepthSettings
        {
            Model = result.GetValue(Model),
            Data = result.GetRequiredValue(Data),
            DataOptions = _data.BindData(result),
            Header = header,
            Json = result.GetValue(Json),
            Endpoint = _data.Endpoint.Bind(result),
        };
    }
}
