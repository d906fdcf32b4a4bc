using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Koopman.Intake;

/// <summary>One stream of snapshot pairs on its way into an accumulator.</summary>
internal sealed class PairFold
{
    /// <summary>Name of the optional tensor with the minimal alignment, V' [r, n].</summary>
    public const string AlignmentTensor = "alignment";

    private const long MaxAlignmentBytes = 512L << 20;

    private readonly PairsHeader _header;
    private readonly BlockedAccumulator _accumulator;
    private readonly TensorAssembler _assembler = new(MaxAlignmentBytes);
    private Matrix? _alignment;
    private long _row;

    public PairFold(PairsHeader header, ILinearAlgebra algebra)
    {
        (_header, _row) = (header, header.FirstRow);
        _accumulator = new BlockedAccumulator(
            header.BeforeWidth, header.AfterWidth, header.Options.Blocks, header.TotalRows, KindOf(header), algebra);
    }

    /// <summary>Bytes that folding such a stream holds.</summary>
    public static long EstimateBytes(PairsHeader header) => BlockedAccumulator.EstimateBytes(
        header.BeforeWidth, header.AfterWidth, header.Options.Blocks, KindOf(header));

    public void AddTensor(TensorFrame frame)
    {
        if (_assembler.Accept(frame) is not { } tensor)
        {
            return;
        }

        if (tensor.Name != AlignmentTensor || tensor.Shape.Count != 2 || tensor.Shape[0] > _header.BeforeWidth)
        {
            throw new InvalidRequestException(
                "ALIGNMENT_INVALID",
                $"got tensor '{tensor.Name}' of shape [{string.Join(", ", tensor.Shape)}], "
                + $"expected '{AlignmentTensor}' of shape "
                + $"[r, {_header.BeforeWidth}] with r at most {_header.BeforeWidth}",
                "tensor");
        }

        var rank = (int)tensor.Shape[0];
        _alignment = new Matrix(_header.BeforeWidth, rank, tensor.Values<double>(rank, _header.BeforeWidth));
    }

    public void Add(PairsChunk chunk)
    {
        if (chunk.Rows < 1 || _row + chunk.Rows > _header.TotalRows)
        {
            throw new InvalidRequestException(
                "PAIRS_ROWS_INVALID",
                $"a chunk of {chunk.Rows} rows came at row {_row} of {_header.TotalRows}, "
                + $"expected 1 to {_header.TotalRows - _row}",
                "chunk.rows");
        }

        var before = TensorCodec.View<float>(chunk.Before, (long)chunk.Rows * _header.BeforeWidth, "chunk.before");
        var after = TensorCodec.View<float>(chunk.After, (long)chunk.Rows * _header.AfterWidth, "chunk.after");
        _accumulator.Add(_row, before, after, chunk.Rows);
        _row += chunk.Rows;
    }

    public AccumulatedPairs Finish()
    {
        _assembler.Complete();
        return new AccumulatedPairs(_accumulator, _alignment);
    }

    private static Numerics.Accumulation.AccumulatorKind KindOf(PairsHeader header) =>
        header.Options.Accumulator == Run.V1.AccumulatorKind.Qr
            ? Numerics.Accumulation.AccumulatorKind.Qr
            : Numerics.Accumulation.AccumulatorKind.Gram;
}
