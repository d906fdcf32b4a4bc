using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using KoopmanMesh.Koopman.V1;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Run.V1;
using KoopmanMesh.Tensor.V1;
using KoopmanMesh.Training.V1;
using GetOperatorResponse = KoopmanMesh.Koopman.V1.GetOperatorResponse;

namespace KoopmanMesh.Contracts.Tensors.Lending;

/// <summary>
/// Long streams of chunks without an allocation for each: a binder and an invoker read their messages into ones that
/// came back, and <c>ReadLentAsync</c> gives each back when the next is asked for. What is on the wire stays the same,
/// and a message read in any other way is its reader's for good.
/// </summary>
public static class LentStreams
{
    private static readonly Dictionary<Type, object> _marshallers = new()
    {
        [typeof(TensorFrame)] = LentMessages<TensorFrame>.Marshaller,
        [typeof(StreamSnapshotPairsRequest)] = LentMessages<StreamSnapshotPairsRequest>.Marshaller,
        [typeof(GetOperatorResponse)] = LentMessages<GetOperatorResponse>.Marshaller,
        [typeof(FitStandInsRequest)] = LentMessages<FitStandInsRequest>.Marshaller,
        [typeof(FitRequest)] = LentMessages<FitRequest>.Marshaller,
        [typeof(PredictRequest)] = LentMessages<PredictRequest>.Marshaller,
        [typeof(PredictResponse)] = LentMessages<PredictResponse>.Marshaller,
        [typeof(UploadArtifactRequest)] = LentMessages<UploadArtifactRequest>.Marshaller,
        [typeof(WatchTrainingRequest)] = LentMessages<WatchTrainingRequest>.Marshaller,
        [typeof(ForecastResponse)] = LentMessages<ForecastResponse>.Marshaller,
        [typeof(PruneResponse)] = LentMessages<PruneResponse>.Marshaller,
    };

    /// <summary>Every message to the end of the stream; each, its bytes above all, is valid until the next.</summary>
    public static IAsyncEnumerable<T> ReadLentAsync<T>(
        this IAsyncStreamReader<T> stream, CancellationToken cancellationToken)
        where T : class, ILendable, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadAsync(stream, cancellationToken);
    }

    /// <summary>
    /// The frames of a tensor as <see cref="TensorCodec"/> makes them, but all its chunks in one message: each frame is
    /// valid until the next is asked for, so it must be sent by then.
    /// </summary>
    /// <param name="name">Name within the stream.</param>
    /// <param name="values">Elements, row-major: float, double, long or byte; unchanged until the last is sent.</param>
    /// <param name="shape">Extents; their product is the number of elements.</param>
    /// <param name="chunkBytes">
    /// Bytes of a chunk, a multiple of the element size. Default and most of what a <see cref="TensorAssembler"/>
    /// takes: 64 KiB.
    /// </param>
    public static IEnumerable<TensorFrame> LentFrames<T>(
        string name, ReadOnlyMemory<T> values, IReadOnlyList<long> shape, int chunkBytes = TensorCodec.ChunkBytes)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkBytes, Unsafe.SizeOf<T>());
        ArgumentOutOfRangeException.ThrowIfNotEqual(chunkBytes % Unsafe.SizeOf<T>(), 0);
        TensorCodec.RequireLittleEndian();
        return LentFrames(TensorCodec.HeaderOf(name, values, shape), values, chunkBytes);
    }

    /// <summary>The method, with messages that can be lent where it has any.</summary>
    internal static Method<TRequest, TResponse> Lend<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        MarshallerOf<TRequest>() is null && MarshallerOf<TResponse>() is null
            ? method
            : new Method<TRequest, TResponse>(
                method.Type,
                method.ServiceName,
                method.Name,
                MarshallerOf<TRequest>() ?? method.RequestMarshaller,
                MarshallerOf<TResponse>() ?? method.ResponseMarshaller);

    private static IEnumerable<TensorFrame> LentFrames<T>(TensorHeader header, ReadOnlyMemory<T> values, int chunkBytes)
        where T : unmanaged
    {
        yield return new TensorFrame { Header = header };
        var window = new LentWindow<T>(values);
        var frame = new TensorFrame { Chunk = new TensorChunk() };
        var step = chunkBytes / Unsafe.SizeOf<T>();
        for (var first = 0L; first < values.Length; first += step)
        {
            frame.Chunk.Data = window.At((int)first, (int)Math.Min(step, values.Length - first));
            yield return frame;
        }
    }

    private static Marshaller<T>? MarshallerOf<T>() => (Marshaller<T>?)_marshallers.GetValueOrDefault(typeof(T));

    private static async IAsyncEnumerable<T> ReadAsync<T>(
        IAsyncStreamReader<T> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, ILendable, IMessage<T>, new()
    {
        await foreach (var message in stream.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return message;
            LentMessages<T>.Return(message);
        }
    }
}
