using System.Diagnostics;
using System.Text.Json;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Training.Tests;

/// <summary>Runs tests/reference/training_reference.py once: NumPy's transcription of PyTorch's formulas.</summary>
public sealed class TrainingReference : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("koopmanmesh-training-");

    public TrainingReference()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "reference", "training_reference.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, _folder.FullName])
        {
            RedirectStandardError = true,
        };
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        using var python = Process.Start(start)!;
        var error = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, error);
    }

    internal T Read<T>(string name) =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(_folder.FullName, name + ".json")), s_json)!;

    public void Dispose() => _folder.Delete(recursive: true);

    internal static OptimizerOptions Options(string name, double rate, Dictionary<string, JsonElement> settings)
    {
        return name switch
        {
            "sgd" => new SgdOptions
            {
                LearningRate = rate,
                Momentum = Of("momentum", 0),
                Nesterov = settings.ContainsKey("nesterov"),
                WeightDecay = Of("weight_decay", 0),
            },
            "adam" => new AdamOptions
            {
                LearningRate = rate,
                Beta1 = Of("beta1", 0.9),
                Beta2 = Of("beta2", 0.999),
                Epsilon = Of("epsilon", 1e-8),
                WeightDecay = Of("weight_decay", 0),
            },
            "adamw" => new AdamWOptions
            {
                LearningRate = rate,
                Beta1 = Of("beta1", 0.9),
                Beta2 = Of("beta2", 0.999),
                Epsilon = Of("epsilon", 1e-8),
                WeightDecay = Of("weight_decay", 0.01),
            },
            "adagrad" => new AdagradOptions
            {
                LearningRate = rate,
                RateDecay = Of("rate_decay", 0),
                Epsilon = Of("epsilon", 1e-10),
                WeightDecay = Of("weight_decay", 0),
            },
            _ => new AdadeltaOptions
            {
                LearningRate = rate,
                Rho = Of("rho", 0.9),
                Epsilon = Of("epsilon", 1e-6),
                WeightDecay = Of("weight_decay", 0),
            },
        };

        double Of(string key, double otherwise) =>
            settings.TryGetValue(key, out var value) ? value.GetDouble() : otherwise;
    }

    internal sealed record OptimizerCase(
        string Name, Dictionary<string, JsonElement> Settings, double[] Start, double[][] Gradients, double[] Rates,
        double[][] Path);

    internal sealed record ScheduleCase(
        double Factor, int Patience, double Threshold, double Least, double Rate, double[] Losses, double[] Rates);

    internal sealed record LossCase(
        double[] Outputs, double[] Targets, int[] Labels, Dictionary<string, double> Values,
        Dictionary<string, double[]> Gradients);

    internal sealed record RunCase(
        int[] Widths, int[] Frozen, bool OutputRelu, string Loss, string Optimizer,
        Dictionary<string, JsonElement> Settings, double Rate, ScheduleSettings Schedule, int Batch, int Epochs,
        uint Seed, double[] X, double[] Targets, int[] Labels, double[] Means, double[] Parameters);

    internal sealed record ScheduleSettings(double Factor, int Patience, double Threshold, double Least);
}
