using System.Text.Json;
using System.Text.Json.Serialization;

using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Operators;

/// <summary>
/// Operators as safetensors files, format "koopmanmesh.operator/1" of docs/operators.md: a matrix is a tensor with one
/// row for each of its columns, complex numbers have a last axis (re, im). Equal operators give equal bytes.
/// </summary>
public static partial class OperatorArchive
{
    /// <summary>The value of the metadata "format".</summary>
    public const string Format = "koopmanmesh.operator/1";

    private const string DictionaryPrefix = "dictionary.";
    private const string IntervalsPrefix = "intervals.";

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes an operator, and with what it was fitted when that is known.</summary>
    /// <exception cref="NotSupportedException">The operator has observables of the caller's own.</exception>
    public static void Write(KoopmanOperator op, Stream stream, EstimatorRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(stream);
        var archive = new TensorArchive();
        archive.SetMetadata("format", Format);
        archive.SetMetadata("method", op.Method);
        if (request is not null)
        {
            archive.SetMetadata("request", JsonSerializer.Serialize(Sorted(request), _json));
        }

        // Singular values are a tensor: thousands of numbers do not belong into a header.
        var diagnostics = op.Diagnostics with { SingularValues = default };
        archive.SetMetadata("diagnostics", JsonSerializer.Serialize(diagnostics, _json));
        archive.Add("time_step", new[] { op.TimeStep }, 1);
        archive.Add("delays", new long[] { op.Delays }, 1);
        archive.Add("singular_values", op.Diagnostics.SingularValues, op.Diagnostics.SingularValues.Length);
        op.Observables.Store(archive, DictionaryPrefix);
        AddMatrices(archive, op);
        AddSpectrum(archive, op.Spectrum);
        if (op.Intervals is { } intervals)
        {
            AddIntervals(archive, intervals);
        }

        archive.Write(stream);
    }

    private static EstimatorRequest Sorted(EstimatorRequest request) => request with
    {
        Options = new SortedDictionary<string, string>(request.Options.ToDictionary(), StringComparer.Ordinal),
    };

    private static void AddMatrices(TensorArchive archive, KoopmanOperator op)
    {
        archive.AddMatrix("encoder", op.Encoder);
        archive.AddMatrix("reduced", op.Reduced);
        archive.AddMatrix("decoder", op.Decoder);
        archive.AddMatrix("image", op.Image);
        if (op.Input is { } input)
        {
            archive.AddMatrix("input", input);
            archive.AddMatrix("input_image", op.InputImage!);
        }
    }

    private static void AddSpectrum(TensorArchive archive, KoopmanSpectrum spectrum)
    {
        archive.AddComplex("eigenvalues", spectrum.Eigenvalues.Span);
        archive.AddComplex("amplitudes", spectrum.Amplitudes.Span);
        archive.AddComplex("modes", spectrum.Modes);
        archive.AddComplex("vectors", spectrum.Vectors);
        archive.Add("importance", spectrum.Importance, spectrum.Importance.Length);
        archive.Add("residuals", spectrum.Residuals, spectrum.Residuals.Length);
        archive.Add("data_residuals", spectrum.DataResiduals, spectrum.DataResiduals.Length);
    }

    private static void AddIntervals(TensorArchive archive, KoopmanIntervals intervals)
    {
        var about = new IntervalsAbout(intervals.Method, intervals.Level, intervals.Replicates, intervals.Failed);
        archive.SetMetadata("intervals", JsonSerializer.Serialize(about, _json));
        archive.AddComplex($"{IntervalsPrefix}low", intervals.Low.Span);
        archive.AddComplex($"{IntervalsPrefix}high", intervals.High.Span);
        archive.AddComplex($"{IntervalsPrefix}mean", intervals.Mean.Span);
        archive.AddComplex($"{IntervalsPrefix}deviation", intervals.StandardDeviation.Span);
        if (intervals.Continuous is { } continuous)
        {
            archive.AddComplex($"{IntervalsPrefix}continuous.low", continuous.Low.Span);
            archive.AddComplex($"{IntervalsPrefix}continuous.high", continuous.High.Span);
            archive.AddComplex($"{IntervalsPrefix}continuous.mean", continuous.Mean.Span);
            archive.AddComplex($"{IntervalsPrefix}continuous.deviation", continuous.StandardDeviation.Span);
        }

        if (intervals.ModeStandardDeviation is { } modes)
        {
            archive.AddMatrix($"{IntervalsPrefix}modes.deviation", modes);
        }
    }

    /// <summary>The part of <see cref="KoopmanIntervals"/> that is no list of numbers.</summary>
    private sealed record IntervalsAbout(string Method, double Level, int Replicates, int Failed);
}
