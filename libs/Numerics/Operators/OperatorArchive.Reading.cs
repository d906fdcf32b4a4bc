using System.Text.Json;

using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Operators;

public static partial class OperatorArchive
{
    /// <summary>Reads what <see cref="Write"/> wrote, from a seekable stream to its end.</summary>
    /// <exception cref="TensorFormatException">The file is damaged or something else.</exception>
    public static StoredOperator Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var archive = TensorArchive.Read(stream);
        if (!archive.Metadata.TryGetValue("format", out var format) || format != Format)
        {
            throw new TensorFormatException(
                format is null
                    ? $"the archive is no operator file: it has no metadata \"format\", expected \"{Format}\""
                    : $"the archive is no operator file this version reads: its format is \"{format}\", "
                    + $"expected \"{Format}\"");
        }

        var request = archive.Metadata.ContainsKey("request") ? Json<EstimatorRequest>(archive, "request") : null;
        return new StoredOperator(ReadOperator(archive), request);
    }

    private static KoopmanOperator ReadOperator(TensorArchive archive)
    {
        var dictionary = Dictionary.Load(archive, DictionaryPrefix);
        var delays = archive.Integers("delays", 1)[0];
        if (delays < 1 || dictionary.Width % delays != 0)
        {
            throw new TensorFormatException(
                $"tensor \"delays\" is {delays}, no divisor of the dictionary's {dictionary.Width} coordinates");
        }

        var timeStep = archive.FiniteDoubles("time_step", 1)[0];
        if (timeStep <= 0)
        {
            throw new TensorFormatException($"tensor \"time_step\" is {timeStep}, expected more than 0");
        }

        var (n, r) = (dictionary.Width / (int)delays, RankOf(archive, dictionary.Count));
        var inputs = archive.Contains("input") ? (int?)WidthOf(archive, "input") : null;
        return new KoopmanOperator
        {
            Method = archive.RequireMetadata("method"),
            Observables = dictionary,
            Delays = (int)delays,
            TimeStep = timeStep,
            Encoder = archive.Matrix("encoder", dictionary.Count, r),
            Reduced = archive.Matrix("reduced", r, r),
            Decoder = archive.Matrix("decoder", n, r),
            Image = archive.Matrix("image", n, r),
            Input = inputs is { } c ? archive.Matrix("input", r, c) : null,
            InputImage = inputs is { } width ? archive.Matrix("input_image", n, width) : null,
            Spectrum = ReadSpectrum(archive, n, r),
            Diagnostics = Json<FitDiagnostics>(archive, "diagnostics") with
            {
                SingularValues = archive.FiniteDoubles("singular_values"),
            },
            Intervals = archive.Metadata.ContainsKey("intervals") ? ReadIntervals(archive, n, r) : null,
        };
    }

    private static KoopmanSpectrum ReadSpectrum(TensorArchive archive, int n, int r) => new()
    {
        Eigenvalues = archive.Complex("eigenvalues", r),
        Amplitudes = archive.Complex("amplitudes", r),
        Modes = archive.ComplexMatrix("modes", n, r),
        Vectors = archive.ComplexMatrix("vectors", r, r),
        Importance = archive.FiniteDoubles("importance", r),

        // A method without residuals has an empty list.
        Residuals = archive.ShapeOf("residuals") is [0] ? default : archive.FiniteDoubles("residuals", r),
        DataResiduals = archive.ShapeOf("data_residuals") is [0] ? default : DataResiduals(archive, r),
    };

    // Infinite for an eigenfunction that vanishes on what was held out; NaN for none.
    private static double[] DataResiduals(TensorArchive archive, int r)
    {
        var residuals = archive.Doubles("data_residuals", r);
        return residuals.Any(double.IsNaN)
            ? throw new TensorFormatException("tensor \"data_residuals\" holds NaN")
            : residuals;
    }

    private static KoopmanIntervals ReadIntervals(TensorArchive archive, int n, int r)
    {
        var about = Json<IntervalsAbout>(archive, "intervals");
        return new KoopmanIntervals
        {
            Method = about.Method,
            Level = about.Level,
            Replicates = about.Replicates,
            Failed = about.Failed,
            Low = archive.Complex($"{IntervalsPrefix}low", r),
            High = archive.Complex($"{IntervalsPrefix}high", r),
            Mean = archive.Complex($"{IntervalsPrefix}mean", r),
            StandardDeviation = archive.Complex($"{IntervalsPrefix}deviation", r),
            Continuous = archive.Contains($"{IntervalsPrefix}continuous.low") ? ReadContinuous(archive, r) : null,
            ModeStandardDeviation = archive.Contains($"{IntervalsPrefix}modes.deviation")
                ? archive.Matrix($"{IntervalsPrefix}modes.deviation", n, r)
                : null,
        };
    }

    // The logarithm of zero is minus infinity, and rightly so.
    private static ContinuousIntervals ReadContinuous(TensorArchive archive, int r) => new()
    {
        Low = archive.AnyComplex($"{IntervalsPrefix}continuous.low", r),
        High = archive.AnyComplex($"{IntervalsPrefix}continuous.high", r),
        Mean = archive.AnyComplex($"{IntervalsPrefix}continuous.mean", r),
        StandardDeviation = archive.AnyComplex($"{IntervalsPrefix}continuous.deviation", r),
    };

    private static int RankOf(TensorArchive archive, int most) => WidthOf(archive, "reduced") is var r && r <= most
        ? r
        : throw new TensorFormatException(
            $"tensor \"reduced\" has {r} rows, expected at most the dictionary's {most} observables");

    private static int WidthOf(TensorArchive archive, string name) => archive.ShapeOf(name) is [<= int.MaxValue, _]
        ? (int)archive.ShapeOf(name)[0]
        : throw new TensorFormatException(
            $"tensor \"{name}\" is [{string.Join(", ", archive.ShapeOf(name))}], expected a matrix");

    private static T Json<T>(TensorArchive archive, string key)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(archive.RequireMetadata(key), _json)
                ?? throw new TensorFormatException($"the operator file's metadata \"{key}\" is null");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            throw new TensorFormatException($"the operator file's metadata \"{key}\" cannot be read: {e.Message}", e);
        }
    }
}
