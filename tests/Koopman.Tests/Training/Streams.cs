using Google.Protobuf;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Koopman.Tests.Training;

/// <summary>Training runs whose every snapshot is known in closed form, as a client streams them.</summary>
internal static class Streams
{
    /// <summary>Of two values in one tensor, float64.</summary>
    public static TrainingHeader Header(string id, Action<TrainingHeader>? change = null)
    {
        var header = new TrainingHeader
        {
            TrainingId = id,
            ElementType = ElementType.Float64,
            Tensors = { new ParameterTensor { Name = "net.weight", Shape = { 2 } } },
        };
        change?.Invoke(header);
        return header;
    }

    public static WatchTrainingRequest Begin(string id, Action<TrainingHeader>? change = null) =>
        new() { Header = Header(id, change) };

    public static WatchTrainingRequest Resume(string id, Action<TrainingHeader>? change = null) =>
        Begin(id, header =>
        {
            header.Resume = true;
            change?.Invoke(header);
        });

    /// <summary>T13: gradient descent on a quadratic, eigenvalues 1, 0.9 and 0.6, limit (2, -1).</summary>
    public static double[] T13(int k) => [2 - (2 * Math.Pow(0.9, k)), -1 + (1.5 * Math.Pow(0.6, k))];

    /// <summary>Its loss, on a floor.</summary>
    public static double LossOfT13(int k) =>
        1 + (0.5 * ((T13(k)[0] - 2) * (T13(k)[0] - 2))) + (2 * (T13(k)[1] + 1) * (T13(k)[1] + 1));

    /// <summary>Snapshots from … to - 1 of T13, at their own steps.</summary>
    public static IEnumerable<WatchTrainingRequest> T13(int from, int to) =>
        Enumerable.Range(from, to - from).SelectMany(k => Snapshot(k, T13(k), LossOfT13(k)));

    public static IEnumerable<WatchTrainingRequest> Snapshot(
        long step, double[] values, double? loss = null, Action<SnapshotScalars>? also = null)
    {
        yield return Announce(step, loss, also);
        yield return Data(values);
    }

    public static WatchTrainingRequest Announce(
        long step, double? loss = null, Action<SnapshotScalars>? also = null)
    {
        var scalars = new SnapshotScalars();
        if (loss is { } known)
        {
            scalars.Loss = known;
        }

        also?.Invoke(scalars);
        return new WatchTrainingRequest { Snapshot = new SnapshotHeader { Step = step, Scalars = scalars } };
    }

    public static WatchTrainingRequest Data(params double[] values) =>
        new() { Data = TensorCodec.Bytes<double>(values) };

    public static WatchTrainingRequest Data32(params float[] values) =>
        new() { Data = TensorCodec.Bytes<float>(values) };

    public static WatchTrainingRequest Raw(int bytes) => new() { Data = ByteString.CopyFrom(new byte[bytes]) };
}
