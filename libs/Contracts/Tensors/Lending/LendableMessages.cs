using Google.Protobuf;
using KoopmanMesh.Contracts.Tensors.Lending;
using KoopmanMesh.Tensor.V1;

// The messages of the long streams, each with what it keeps between two readings. A field that a chunk on the wire
// leaves out is cleared, one that comes twice is taken last, as the generated parser does; what is in neither is left
// to that.
namespace KoopmanMesh.Tensor.V1
{
    public sealed partial class TensorChunk
    {
        private LentBytes? _lentData;

        internal bool TryReread(ref LentReader reader)
        {
            var data = ByteString.Empty;
            while (!reader.End)
            {
                if (reader.ReadTag() != LentReader.LengthTag(DataFieldNumber) || !reader.TryReadBytes(out var bytes))
                {
                    return false;
                }

                data = (_lentData ??= new LentBytes()).Fill(bytes);
            }

            Data = data;
            return true;
        }
    }

    public sealed partial class TensorFrame : ILendable
    {
        bool ILendable.IsLent { get; set; }

        internal bool TryReread(ref LentReader reader) =>
            reader.TryEnter(LentReader.LengthTag(ChunkFieldNumber)) && (Chunk ??= new()).TryReread(ref reader);

        bool ILendable.TryReread(ref LentReader reader) => TryReread(ref reader);
    }
}

namespace KoopmanMesh.Koopman.V1
{
    public sealed partial class PairsChunk
    {
        private LentBytes? _lentBefore;
        private LentBytes? _lentAfter;

        internal bool TryReread(ref LentReader reader)
        {
            (Rows, Before, After) = (0, ByteString.Empty, ByteString.Empty);
            while (!reader.End)
            {
                var tag = reader.ReadTag();
                if (tag == LentReader.VarintTag(RowsFieldNumber) && reader.TryReadInt32(out var rows))
                {
                    Rows = rows;
                }
                else if (tag == LentReader.LengthTag(BeforeFieldNumber) && reader.TryReadBytes(out var before))
                {
                    Before = (_lentBefore ??= new LentBytes()).Fill(before);
                }
                else if (tag == LentReader.LengthTag(AfterFieldNumber) && reader.TryReadBytes(out var after))
                {
                    After = (_lentAfter ??= new LentBytes()).Fill(after);
                }
                else
                {
                    return false;
                }
            }

            return true;
        }
    }

    public sealed partial class StreamSnapshotPairsRequest : ILendable
    {
        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader) =>
            reader.TryEnter(LentReader.LengthTag(ChunkFieldNumber)) && (Chunk ??= new()).TryReread(ref reader);
    }

    public sealed partial class FitStandInsRequest : ILendable
    {
        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader) =>
            reader.TryEnter(LentReader.LengthTag(ChunkFieldNumber)) && (Chunk ??= new()).TryReread(ref reader);
    }

    public sealed partial class GetOperatorResponse : ILendable
    {
        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader) =>
            reader.TryEnter(LentReader.LengthTag(TensorFieldNumber)) && (Tensor ??= new()).TryReread(ref reader);
    }
}

namespace KoopmanMesh.Operator.V1
{
    public sealed partial class FitChunk
    {
        private LentBytes? _lentStates;
        private LentBytes? _lentSuccessors;

        internal bool TryReread(ref LentReader reader)
        {
            (Rows, EndOfTrajectory) = (0, false);
            (States, Successors) = (ByteString.Empty, ByteString.Empty);
            (Inputs, Times) = (ByteString.Empty, ByteString.Empty);
            while (!reader.End)
            {
                var tag = reader.ReadTag();
                if (tag == LentReader.VarintTag(RowsFieldNumber) && reader.TryReadInt32(out var rows))
                {
                    Rows = rows;
                }
                else if (tag == LentReader.LengthTag(StatesFieldNumber) && reader.TryReadBytes(out var states))
                {
                    States = (_lentStates ??= new LentBytes()).Fill(states);
                }
                else if (tag == LentReader.LengthTag(SuccessorsFieldNumber) && reader.TryReadBytes(out var successors))
                {
                    Successors = (_lentSuccessors ??= new LentBytes()).Fill(successors);
                }
                else
                {
                    return false;
                }
            }

            return true;
        }
    }

    public sealed partial class FitRequest : ILendable
    {
        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader) =>
            reader.TryEnter(LentReader.LengthTag(ChunkFieldNumber)) && (Chunk ??= new()).TryReread(ref reader);
    }

    public sealed partial class PredictRequest : ILendable
    {
        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader) =>
            reader.TryEnter(LentReader.LengthTag(TensorFieldNumber)) && (Tensor ??= new()).TryReread(ref reader);
    }

    public sealed partial class PredictResponse : ILendable
    {
        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader) =>
            reader.TryEnter(LentReader.LengthTag(TensorFieldNumber)) && (Tensor ??= new()).TryReread(ref reader);
    }
}

namespace KoopmanMesh.Run.V1
{
    public sealed partial class UploadArtifactRequest : ILendable
    {
        private LentBytes? _lentData;

        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader)
        {
            if (!reader.TryReadRest(LentReader.LengthTag(DataFieldNumber), out var bytes))
            {
                return false;
            }

            Data = (_lentData ??= new LentBytes()).Fill(bytes);
            return true;
        }
    }
}

namespace KoopmanMesh.Training.V1
{
    public sealed partial class WatchTrainingRequest : ILendable
    {
        private LentBytes? _lentData;

        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader)
        {
            if (!reader.TryReadRest(LentReader.LengthTag(DataFieldNumber), out var bytes))
            {
                return false;
            }

            Data = (_lentData ??= new LentBytes()).Fill(bytes);
            return true;
        }
    }

    public sealed partial class ForecastResponse : ILendable
    {
        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader) =>
            reader.TryEnter(LentReader.LengthTag(TensorFieldNumber)) && (Tensor ??= new()).TryReread(ref reader);
    }

    public sealed partial class PruneResponse : ILendable
    {
        bool ILendable.IsLent { get; set; }

        bool ILendable.TryReread(ref LentReader reader) =>
            reader.TryEnter(LentReader.LengthTag(TensorFieldNumber)) && (Tensor ??= new()).TryReread(ref reader);
    }
}
