using Grpc.Core;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>What a call of Predict sent: an operator, the steps, and its tensors by name.</summary>
internal sealed class PredictIntake
{
    private const long MostTensorBytes = 1L << 30;
    private const long MostOperatorBytes = 1L << 30;
    private const int MostChunkBytes = 1 << 20;
    private static readonly string[] _names = ["history", "inputs"];

    private readonly Dictionary<string, NamedTensor> _tensors = new(StringComparer.Ordinal);
    private readonly TensorAssembler _assembler = new(MostTensorBytes);

    private PredictIntake(KoopmanOperator op, long steps) => (Operator, Steps) = (op, steps);

    public KoopmanOperator Operator { get; }

    public long Steps { get; }

    public static async Task<PredictIntake> ReadAsync(
        IAsyncStreamReader<PredictRequest> stream, OperatorFiles files, CancellationToken cancellationToken)
    {
        var header = await ReadHeaderAsync(stream, cancellationToken);
        var op = header.OperatorCase switch
        {
            PredictHeader.OperatorOneofCase.OperatorId => files.Read(header.OperatorId),
            PredictHeader.OperatorOneofCase.OperatorBytes =>
                await UploadAsync(stream, header.OperatorBytes, cancellationToken),
            _ => throw new InvalidRequestException(
                "OPERATOR_MISSING", "the header names no operator, expected operator_id or operator_bytes",
                "header.operator"),
        };
        var intake = new PredictIntake(op.Operator, header.Steps);
        await foreach (var message in stream.ReadLentAsync(cancellationToken))
        {
            intake.Add(message);
        }

        intake._assembler.Complete();
        return intake;
    }

    /// <summary>n × k, the newest state last.</summary>
    public Matrix History(KoopmanOperator op) => _tensors.TryGetValue("history", out var tensor)
        ? Columns(tensor, op.StateWidth)
        : throw new InvalidRequestException(
            "HISTORY_MISSING", "no tensor 'history' came, expected the states so far", "tensor");

    /// <summary>c × steps, or null.</summary>
    public Matrix? Inputs(KoopmanOperator op)
    {
        if (!_tensors.TryGetValue("inputs", out var tensor))
        {
            return op.InputWidth == 0
                ? null
                : throw new InvalidRequestException(
                    "INPUTS_MISSING",
                    $"no tensor 'inputs' came, expected [{Steps}, {op.InputWidth}] for an operator with control",
                    "tensor");
        }

        return op.InputWidth > 0 && tensor.Shape.Count == 2 && tensor.Shape[0] == Steps
            ? Columns(tensor, op.InputWidth)
            : throw new InvalidRequestException(
                "INPUTS_INVALID",
                $"tensor 'inputs' has shape [{string.Join(", ", tensor.Shape)}], expected "
                + (op.InputWidth == 0 ? "none: the operator has no control" : $"[{Steps}, {op.InputWidth}]"),
                "tensor");
    }

    private void Add(PredictRequest message)
    {
        if (message.PartCase != PredictRequest.PartOneofCase.Tensor)
        {
            throw new InvalidRequestException(
                "PREDICT_PART_INVALID",
                $"after the operator a prediction gets tensors only, got {message.PartCase}", "part");
        }

        if (_assembler.Accept(message.Tensor) is { } tensor
            && (!_names.Contains(tensor.Name) || !_tensors.TryAdd(tensor.Name, tensor)))
        {
            throw new InvalidRequestException(
                "TENSOR_UNKNOWN",
                $"got tensor '{tensor.Name}', expected {string.Join(" and ", _names)} once each", "tensor");
        }
    }

    private static Matrix Columns(NamedTensor tensor, int width)
    {
        if (tensor.Shape.Count != 2 || tensor.Shape[1] != width || tensor.Shape[0] > int.MaxValue)
        {
            throw new InvalidRequestException(
                "TENSOR_SHAPE_INVALID",
                $"tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Shape)}], expected rows of {width}",
                "tensor");
        }

        var values = tensor.ElementType == ElementType.Float32
            ? Array.ConvertAll(tensor.Values<float>(), v => (double)v)
            : tensor.Values<double>();
        return new Matrix(width, (int)tensor.Shape[0], values);
    }

    private static async Task<PredictHeader> ReadHeaderAsync(
        IAsyncStreamReader<PredictRequest> stream, CancellationToken cancellationToken) =>
        await stream.MoveNext(cancellationToken) && stream.Current.PartCase == PredictRequest.PartOneofCase.Header
            ? stream.Current.Header
            : throw new InvalidRequestException(
                "PREDICT_HEADER_MISSING", "a prediction starts with a header message, got none", "header");

    // Memory grows with the bytes that came, not with what the header promises.
    private static async Task<StoredOperator> UploadAsync(
        IAsyncStreamReader<PredictRequest> stream, long length, CancellationToken cancellationToken)
    {
        if (length is < 1 or > MostOperatorBytes)
        {
            throw new InvalidRequestException(
                "OPERATOR_BYTES_INVALID", $"operator_bytes is {length}, expected 1 to {MostOperatorBytes}",
                "header.operator_bytes");
        }

        using var file = new MemoryStream();
        while (file.Length < length && await stream.MoveNext(cancellationToken))
        {
            var bytes = stream.Current.OperatorFile;
            if (stream.Current.PartCase != PredictRequest.PartOneofCase.OperatorFile
                || bytes.Length is < 1 or > MostChunkBytes || bytes.Length > length - file.Length)
            {
                throw new InvalidRequestException(
                    "OPERATOR_FILE_INVALID",
                    $"after {file.Length} of {length} bytes of the operator file came {stream.Current.PartCase} with "
                    + $"{bytes.Length} bytes, expected 1 to {Math.Min(MostChunkBytes, length - file.Length)} of it",
                    "operator_file");
            }

            file.Write(bytes.Span);
        }

        file.Position = 0;
        return file.Length == length
            ? OperatorFiles.Read(file, "operator_file")
            : throw new InvalidRequestException(
                "OPERATOR_FILE_INVALID", $"the stream ended after {file.Length} of {length} bytes of the operator file",
                "operator_file");
    }
}
