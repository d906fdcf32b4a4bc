using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Protocol;

namespace Grpc.Net.Client;

/// <summary>The requests of a streaming call. A write ends when the flow-control window has taken it, so a slow server
/// slows the caller.</summary>
internal sealed class RequestStreamWriter<TRequest, TResponse> : IClientStreamWriter<TRequest>, IDisposable
    where TRequest : class
    where TResponse : class
{
    private readonly GrpcCall<TRequest, TResponse> _call;
    private readonly PooledBuffer _buffer = new();
    private readonly MessageWriter _writer;
    private int _writing;
    private bool _completed;

    public RequestStreamWriter(GrpcCall<TRequest, TResponse> call)
    {
        _call = call;
        _writer = call.CreateWriter(_buffer);
        WriteOptions = call.Options.WriteOptions;
    }

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        Enter();
        try
        {
            using var registration = cancellationToken.UnsafeRegister(
                static call => ((GrpcCall<TRequest, TResponse>)call!).Cancel(CallLifetime.CancelledByCaller), _call);
            await SendAsync(message).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        Enter();
        _completed = true;
        Dispose();
        _call.Requests.Complete();
        Volatile.Write(ref _writing, 0);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _writer.Dispose();
        _buffer.Dispose();
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("The previous request is still being written; await each write.");
        }

        if (_completed)
        {
            Volatile.Write(ref _writing, 0);
            throw new InvalidOperationException("The request stream is complete; nothing more can be written to it.");
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(TRequest message)
    {
        _buffer.Clear();
        _call.Serialize(_writer, message, WriteOptions);
        try
        {
            var flush = WriteOptions is null || !WriteOptions.Flags.HasFlag(WriteFlags.BufferHint);
            await _call.Requests.WriteAsync(_buffer.Written, flush, _call.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException
            or HttpRequestException or ObjectDisposedException)
        {
            throw await FailureAsync(exception).ConfigureAwait(false);
        }
    }

    /// <summary>Why a write failed: how the call ended, if that is known without the caller reading on.</summary>
    private async Task<Exception> FailureAsync(Exception exception)
    {
        if (!_call.Completion.IsCompleted && _call.Method.Type == MethodType.DuplexStreaming)
        {
            return new RpcException(new Status(
                StatusCode.Cancelled,
                "The server takes no more requests; read the responses to their end for the call's status.",
                exception));
        }

        var outcome = await _call.Completion.ConfigureAwait(false);
        return outcome.Status.StatusCode == StatusCode.OK
            ? new InvalidOperationException("The call has ended; no more requests can be written.", exception)
            : _call.CreateException(outcome);
    }
}
