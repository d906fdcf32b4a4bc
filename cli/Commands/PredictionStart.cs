using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Numerics.Storage.Arrays;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>What a prediction starts from, read and held against the operator's file.</summary>
internal sealed class PredictionStart
{
    private readonly string _operator;
    private readonly (double[] States, int Rows) _history;
    private readonly (double[] States, int Rows, int Width)? _inputs;

    public PredictionStart(PredictSettings settings)
    {
        (_operator, Width) = (settings.Operator, WidthOf(settings.Operator));
        using (var file = new SnapshotFile(settings.From, settings.Axis))
        {
            _history = ReadHistory(file);
        }

        if (settings.Inputs is { } path)
        {
            using var file = new SnapshotFile(path, settings.Axis);
            if (file.Trajectories != 1 || file.Length != settings.Steps)
            {
                throw new ArrayFileException(
                    $"'{file.Name}' is {file.Describe("input")} for {settings.Steps} steps; "
                    + "expected one for every step");
            }

            _inputs = (ReadAll(file), (int)file.Length, file.Width);
        }
    }

    /// <summary>Features of a state.</summary>
    public int Width { get; }

    /// <summary>Its content.</summary>
    public FileStream OpenOperator() => File.OpenRead(_operator);

    /// <summary>As they travel.</summary>
    public IEnumerable<TensorFrame> Tensors()
    {
        IEnumerable<TensorFrame> history = TensorCodec.Frames<double>("history", _history.States, _history.Rows, Width);
        return _inputs is { } inputs
            ? history.Concat(TensorCodec.Frames<double>("inputs", inputs.States, inputs.Rows, inputs.Width))
            : history;
    }

    // An array of one axis is one state, unless a state is one number.
    private (double[] States, int Rows) ReadHistory(SnapshotFile file)
    {
        var isState = file.Axes == 1 && Width > 1;
        var (width, rows) = isState ? (file.Length, 1L) : (file.Width, file.Length);
        return width == Width && file.Trajectories == 1
            ? (ReadAll(file), (int)rows)
            : throw new ArrayFileException(
                isState ? $"'{file.Name}' is a state of {width} features; the operator's have {Width}"
                : $"'{file.Name}' is {file.Describe()}; the operator starts from one history of {Width} features");
    }

    private static double[] ReadAll(SnapshotFile file)
    {
        var states = new double[checked(file.Length * file.Width)];
        file.Read(states);
        return states;
    }

    private static int WidthOf(string path)
    {
        try
        {
            // n x r, whose columns are rows in a file.
            using var decoder = ArraySource.Open($"{path}:decoder");
            if (decoder.Shape is [_, var width])
            {
                return (int)width;
            }
        }
        catch (ArrayFileException)
        {
            // Told below, of the operator instead of one of its matrices.
        }

        throw new ArrayFileException(
            File.Exists(path) || Directory.Exists(path)
                ? $"'{path}' is not an operator file, or one of rank 0, which predicts zeros; "
                    + "koopmesh fit --output writes one"
                : $"there is no file '{path}'");
    }
}
