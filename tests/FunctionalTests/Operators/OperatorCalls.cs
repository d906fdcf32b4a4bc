using System.Numerics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using KoopmanMesh.Contracts.Tensors;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.FunctionalTests.Operators;

/// <summary>Calls of OperatorService over a real socket, in the shapes that tests need.</summary>
internal sealed class OperatorCalls(Uri address) : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(address);

    public OperatorService.OperatorServiceClient Client => new(_channel);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _channel.Dispose();

    /// <summary>Row-major states to a header for float64 trajectories or pairs of a method.</summary>
    public static FitHeader Header(string method, int width, DataKind kind = DataKind.Trajectories) => new()
    {
        Options = new FitOptions { Method = method },
        Data = new DataFormat { Width = width, Kind = kind, ElementType = ElementType.Float64 },
    };

    public static FitChunk Chunk(double[][] states, double[][]? successors = null, bool end = false) => new()
    {
        Rows = states.Length,
        States = Bytes(states),
        Successors = successors is null ? ByteString.Empty : Bytes(successors),
        EndOfTrajectory = end,
    };

    public static ByteString Bytes(double[][] rows) => TensorCodec.Bytes<double>(rows.SelectMany(r => r).ToArray());

    public static ByteString Singles(double[][] rows) =>
        TensorCodec.Bytes<float>(rows.SelectMany(r => r).Select(v => (float)v).ToArray());

    public async Task<FitResponse> FitAsync(FitHeader header, params IEnumerable<FitChunk> chunks)
    {
        using var call = Client.Fit(cancellationToken: Token);
        try
        {
            await call.RequestStream.WriteAsync(new FitRequest { Header = header }, Token);
            foreach (var chunk in chunks)
            {
                await call.RequestStream.WriteAsync(new FitRequest { Chunk = chunk }, Token);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is Grpc.Core.RpcException or InvalidOperationException)
        {
            // The service answered before it had read everything; the answer says why.
        }

        return await call.ResponseAsync;
    }

    /// <summary>Predicted states, one row a step.</summary>
    public async Task<double[][]> PredictAsync(
        PredictHeader header, double[][] history, double[][]? inputs = null, byte[]? file = null)
    {
        using var call = Client.Predict(cancellationToken: Token);
        try
        {
            await SendAsync(call.RequestStream, header, history, inputs, file);
        }
        catch (RpcException)
        {
            // The server ended the call before it had read all: the responses end with its status.
        }

        var (assembler, states) = (new TensorAssembler(), (NamedTensor?)null);
        while (await call.ResponseStream.MoveNext(Token))
        {
            states = assembler.Accept(call.ResponseStream.Current.Tensor) ?? states;
        }

        return [.. states!.Values<double>().Chunk((int)states.Shape[1])];
    }

    private static async Task SendAsync(
        IClientStreamWriter<PredictRequest> requests, PredictHeader header, double[][] history, double[][]? inputs,
        byte[]? file)
    {
        await requests.WriteAsync(new PredictRequest { Header = header }, Token);
        foreach (var bytes in (file ?? []).Chunk(1000))
        {
            await requests.WriteAsync(new PredictRequest { OperatorFile = ByteString.CopyFrom(bytes) }, Token);
        }

        foreach (var frame in Frames("history", history).Concat(inputs is null ? [] : Frames("inputs", inputs)))
        {
            await requests.WriteAsync(new PredictRequest { Tensor = frame }, Token);
        }

        await requests.CompleteAsync();
    }

    public async Task<(OperatorReport Report, byte[] File)> GetAsync(string id)
    {
        using var call = Client.GetOperator(new GetOperatorRequest { OperatorId = id }, cancellationToken: Token);
        OperatorReport? report = null;
        using var file = new MemoryStream();
        while (await call.ResponseStream.MoveNext(Token))
        {
            report ??= call.ResponseStream.Current.Report;
            file.Write(call.ResponseStream.Current.OperatorFile.Span);
        }

        return (report!, file.ToArray());
    }

    public static Complex[] Eigenvalues(OperatorReport report) =>
        [.. report.Eigenpairs.Select(p => new Complex(p.Value.Re, p.Value.Im))];

    /// <summary>Every expected eigenvalue is among those found.</summary>
    public static void Contains(Complex[] found, double tolerance, params Complex[] expected) =>
        Assert.All(expected, e => Assert.Contains(found, f => Complex.Abs(f - e) <= tolerance));

    /// <summary>x, A x, A A x, … as rows.</summary>
    public static double[][] Trajectory(double[][] map, double[] start, int length)
    {
        var rows = new double[length][];
        rows[0] = start;
        for (var k = 1; k < length; k++)
        {
            rows[k] = [.. map.Select(row => row.Zip(rows[k - 1], (a, x) => a * x).Sum())];
        }

        return rows;
    }

    private static IEnumerable<TensorFrame> Frames(string name, double[][] rows) => TensorCodec.Frames<double>(
        name, rows.SelectMany(r => r).ToArray(), rows.Length, rows.Length == 0 ? 0 : rows[0].Length);
}
