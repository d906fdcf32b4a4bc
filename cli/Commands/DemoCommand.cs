using System.CommandLine;
using System.Globalization;
using KoopmanMesh.Cli.Output;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Training;
using KoopmanMesh.Training.Optimizers;
using Spectre.Console;

namespace KoopmanMesh.Cli.Commands;

/// <summary>
/// <c>koopmesh demo</c>: trains the Yin-Yang network of 2409.01308 (methods P2.2), exports it to ONNX and analyses it
/// on fresh points, through the same services as any other network.
/// </summary>
internal static class DemoCommand
{
    private const uint TrainingSeed = 42;
    private const uint TestSeed = 123;
    private const uint NetworkSeed = 5;
    private const int TrainingPoints = 2_000;
    private const int TestPoints = 20_000;
    private const int Epochs = 5_000;

    private static readonly int[] _widths = [2, 8, 6, 4, 3, 2];

    public static Command Create()
    {
        var output = new Option<string>("--output")
        {
            Description = "The folder for the network, its data and the report.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "koopmesh-report",
        };
        var command = new Command(
            "demo", "Train a small network, export it to ONNX, analyse it and write a report.") { output };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetRequiredValue(output), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var algebra = LinearAlgebraProvider.Detect(null);
        var network = Train(algebra, cancellationToken);
        var test = YinYang.Sample(TestPoints, TestSeed);
        var widths = string.Join('-', _widths);
        var accuracy = $"{network.Accuracy(algebra, test):P2} of {TestPoints:N0}";
        Terminal.Output.MarkupLineInterpolated(
            $"Trained {widths} on {TrainingPoints:N0} Yin-Yang points: {accuracy} fresh points (paper: 98.89 %).");

        var (model, data) = (Path.Combine(folder, "yin-yang.onnx"), Path.Combine(folder, "yin-yang.csv"));
        await WriteAsync(folder, model, data, network, test, cancellationToken);
        return await AnalyzeCommand.RunAsync(
            new AnalyzeSettings
            {
                Model = model,
                Data = data,
                DataOptions = new DataOptions { LabelColumn = -1 },
                Options = new AnalysisOptions(),
                Output = folder,
            },
            cancellationToken);
    }

    private static DenseNetwork<float> Train(ILinearAlgebra algebra, CancellationToken cancellationToken)
    {
        var network = new DenseNetwork<float>(_widths, NetworkSeed);
        var options = new TrainingOptions
        {
            Epochs = Epochs,
            BatchSize = 1_000,
            Seed = NetworkSeed,
            Optimizer = new AdamWOptions { LearningRate = 5e-3, WeightDecay = 1e-2 },
        };
        new DenseTrainer(algebra).Train(
            network, YinYang.Sample(TrainingPoints, TrainingSeed), options, null, cancellationToken);
        return network;
    }

    private static async Task WriteAsync(
        string folder, string model, string data, DenseNetwork<float> network, LabelledData test,
        CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(
                model, OnnxExport.Dense([.. network.Layers.Select(ToExport)], "yin-yang"), cancellationToken);
            await File.WriteAllLinesAsync(data, Lines(test), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCodes.Environment,
                $"the demo can't write to '{folder}': {e.Message}; name another folder with --output",
                e);
        }
    }

    private static DenseLayer ToExport(DenseLayer<float> layer)
    {
        var weights = new Matrix(layer.Outputs, layer.Inputs);
        for (var i = 0; i < layer.Outputs; i++)
        {
            for (var j = 0; j < layer.Inputs; j++)
            {
                weights[i, j] = layer.Weights.Span[(i * layer.Inputs) + j];
            }
        }

        var biases = Array.ConvertAll(layer.Biases.ToArray(), bias => (double)bias);
        return new DenseLayer(weights, biases, layer.HasRelu ? DenseActivation.Relu : DenseActivation.None);
    }

    private static IEnumerable<string> Lines(LabelledData data)
    {
        yield return "x,y,label";
        for (var row = 0; row < data.Rows; row++)
        {
            var point = data.Values.Slice(row * data.Width, data.Width).ToArray();
            var numbers = point.Select(value => ((float)value).ToString("R", CultureInfo.InvariantCulture));
            yield return $"{string.Join(',', numbers)},{data.Labels.Span[row]}";
        }
    }
}
