using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Numerics.Storage;

namespace KoopmanMesh.Numerics.Estimators;

public sealed partial class StreamingFit
{
    private const string Format = "koopmanmesh.streaming-fit/1";
    private const string OptionPrefix = "option.";
    private const string SummaryPrefix = "summary.";
    private const string DictionaryPrefix = "dictionary.";

    /// <summary>
    /// Writes a checkpoint as a safetensors file; <see cref="Read"/> resumes from it, to the bit, in the middle of a
    /// trajectory too. The dictionary is built now if it was not.
    /// </summary>
    /// <exception cref="NotSupportedException">The dictionary holds a custom feature.</exception>
    public void Write(Stream stream)
    {
        Freeze();
        var archive = new TensorArchive();
        archive.SetMetadata("format", Format);
        archive.SetMetadata("method", Estimator.Name);
        foreach (var (option, value) in OptionsOf(Estimator))
        {
            archive.SetMetadata($"{OptionPrefix}{option}", value);
        }

        archive.Add(
            "stream",
            new[]
            {
                Width, InputWidth, Estimator.Delays, Snapshots, _trajectory, _step, _inTrajectory ? 1 : 0,
                _addStarts ? 1 : 0, _summary is null ? 0 : 1,
            },
            9);
        archive.Add("scale", new[] { TimeStep, _largest }, 2);
        archive.Add("starts", _starts.SelectMany(start => start).ToArray(), _starts.Count, Width * Estimator.Delays);
        var (carried, inputs) = (_carried ?? new Matrix(Width, 0), _carriedInputs ?? new Matrix(InputWidth, 0));
        archive.Add("carried", carried.AsMemory(), carried.Columns, Width);
        archive.Add("inputs", inputs.AsMemory(), inputs.Columns, InputWidth);
        _frame?.Observables.Store(archive, DictionaryPrefix);
        _summary?.Store(archive, SummaryPrefix);
        archive.Write(stream);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="stream">Seekable.</param>
    /// <param name="estimator">
    /// The method and its options, which the file names; the options only of a method of the catalogue.
    /// </param>
    /// <param name="options">For a stream that had seen no pair; else they come from the file.</param>
    /// <param name="la">Does the products and factorisations.</param>
    /// <exception cref="TensorFormatException">
    /// The file is damaged, something else, or of another method or other options.
    /// </exception>
    public static StreamingFit Read(
        Stream stream, PairEstimator estimator, SummaryOptions options, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(options);
        var archive = TensorArchive.Read(stream);
        RequireMethod(archive, estimator);
        var state = archive.Integers("stream", 9);
        if (state is not [
                >= 0 and <= int.MaxValue, >= 0 and <= int.MaxValue, _, >= 0, >= 0, >= 0, 0 or 1, 0 or 1, 0 or 1]
            || state[2] != estimator.Delays)
        {
            throw new TensorFormatException(
                $"the stream's state [{string.Join(", ", state)}] is not one of {estimator.Delays} delays");
        }

        var scale = archive.Doubles("scale", 2);
        if (!(scale[0] > 0 && double.IsFinite(scale[0]) && scale[1] >= 0 && scale[1] <= SnapshotChecks.Largest))
        {
            throw new TensorFormatException(
                "tensor \"scale\" is not a time step and the largest magnitude of the data");
        }

        var summary = state[8] == 1 ? PairSummary.Load(archive, SummaryPrefix, la) : null;
        var fit = new StreamingFit(estimator, summary?.Options ?? options, la, scale[0])
        {
            Width = (int)state[0],
            InputWidth = (int)state[1],
            Snapshots = state[3],
            _trajectory = state[4],
            _step = state[5],
            _inTrajectory = state[6] == 1,
            _addStarts = state[7] == 1,
            _largest = scale[1],
            _summary = summary,
        };
        fit.ReadMatrices(archive);
        fit.ReadDictionary(archive);
        return fit;
    }

    private static void RequireMethod(TensorArchive archive, PairEstimator estimator)
    {
        Require(archive, "format", Format);
        Require(archive, "method", estimator.Name);
        foreach (var (option, value) in OptionsOf(estimator))
        {
            Require(archive, $"{OptionPrefix}{option}", value);
        }
    }

    private void ReadMatrices(TensorArchive archive)
    {
        var (starts, carried) = (archive.ShapeOf("starts"), archive.ShapeOf("carried"));
        if (starts is not [>= 0 and <= PairFrame.MostStarts, _] || starts[1] != Width * Estimator.Delays
            || carried.Count != 2 || carried[1] != Width || carried[0] < 0 || carried[0] > Estimator.Delays)
        {
            throw new TensorFormatException(
                $"tensors \"starts\" [{string.Join(", ", starts)}] and \"carried\" [{string.Join(", ", carried)}] are "
                + $"not those of {Estimator.Delays} delays of {Width} features");
        }

        var values = archive.Doubles("starts");
        for (var t = 0; t < starts[0]; t++)
        {
            _starts.Add(values[(t * (int)starts[1])..((t + 1) * (int)starts[1])]);
        }

        _carried = carried[0] == 0 ? null : new Matrix(Width, (int)carried[0], archive.Doubles("carried"));
        if (_carried is not null && InputWidth > 0)
        {
            _carriedInputs = new Matrix(
                InputWidth, _carried.Columns, archive.Doubles("inputs", _carried.Columns, InputWidth));
        }
    }

    private void ReadDictionary(TensorArchive archive)
    {
        if (!archive.Metadata.ContainsKey($"{DictionaryPrefix}features"))
        {
            if (_summary is not null)
            {
                throw new TensorFormatException("the archive has pairs but not the dictionary they were lifted by");
            }

            return;
        }

        var dictionary = Dictionary.Load(archive, DictionaryPrefix);
        if (dictionary.Width != (long)Width * Estimator.Delays
            || (_summary is not null && (_summary.Observables, _summary.Inputs) != (dictionary.Count, InputWidth)))
        {
            throw new TensorFormatException(
                $"the stored dictionary {dictionary} over {dictionary.Width} features is not that of the stored pairs");
        }

        _frame = new PairFrame
        {
            Observables = dictionary,
            Delays = Estimator.Delays,
            TimeStep = TimeStep,
            ColumnScaling = Estimator.ColumnScaling,
            Starts = new Matrix(dictionary.Count, 0),
        };
    }

    private static IReadOnlyDictionary<string, string> OptionsOf(PairEstimator estimator) =>
        EstimatorCatalogue.MethodOf(estimator)?.RequestFor(estimator).Options ?? new Dictionary<string, string>();

    private static void Require(TensorArchive archive, string key, string expected)
    {
        if (archive.RequireMetadata(key) is var got && got != expected)
        {
            throw new TensorFormatException($"the archive's {key} is \"{got}\", expected \"{expected}\"");
        }
    }

    // Two dictionaries are the same when they would be stored alike, bit for bit.
    private static bool Same(Dictionary a, Dictionary b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        return (a.Width, a.Count) == (b.Width, b.Count) && Bytes(a) is { } first && Bytes(b) is { } second
            && first.AsSpan().SequenceEqual(second);
    }

    private static byte[]? Bytes(Dictionary dictionary)
    {
        try
        {
            var (archive, stream) = (new TensorArchive(), new MemoryStream());
            dictionary.Store(archive, "");
            archive.Write(stream);
            return stream.ToArray();
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
