using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Protocol;

namespace Grpc.Net.Client;

/// <summary>
/// One call from its request to its status. The first to know how the call ended - the server, the deadline, the
/// caller, the network - settles its status by <see cref="Finish" />; all later news is ignored.
/// </summary>
internal sealed class GrpcCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    /// <summary>Read this much of a response at a time.</summary>
    private static readonly StreamPipeReaderOptions ReadOptions = new(bufferSize: 64 * 1024, minimumReadSize: 4 * 1024);

    private readonly GrpcChannel _channel;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RetryPlan? _plan;
    private readonly StreamingContent? _requests;
    private CallLifetime? _lifetime;
    private Task _opened = Task.CompletedTask;
    private HttpResponseMessage? _response;
    private PipeReader? _pipe;
    private MessageReader? _reader;
    private bool _responded;

    public GrpcCall(
        GrpcChannel channel,
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options,
        bool streamsRequests)
    {
        _channel = channel;
        Method = method;
        Host = host;
        Options = options;
        CancellationToken = _cancellation.Token;
        _plan = channel.Retries.PlanFor(method);
        _requests = streamsRequests ? new StreamingContent(_plan is null ? null : channel.Retries.Budget) : null;
    }

    public Method<TRequest, TResponse> Method { get; }

    public CallOptions Options { get; }

    /// <summary>Ends when the call does.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The way the call ended, once it has.</summary>
    public Task<Outcome> Completion => _outcome.Task;

    public Task<Metadata> Headers => _headers.Task;

    private string? Host { get; }

    public StreamingContent Requests =>
        _requests ?? throw new InvalidOperationException($"{Method.FullName} takes one request.");

    public MessageWriter CreateWriter(PooledBuffer output)
    {
        var encoding = Options.Headers?.GetValue(ProtocolHeaders.RequestEncoding);
        return encoding is not (null or ProtocolHeaders.Identity or ProtocolHeaders.Gzip)
            ? throw new RpcException(new Status(
                StatusCode.Internal, $"Request encoding \"{encoding}\" isn't known; \"{ProtocolHeaders.Gzip}\" is."))
            : new MessageWriter(output, _channel.Options.MaxSendMessageSize)
            {
                Compression = encoding == ProtocolHeaders.Gzip ? CompressionLevel.Fastest : null,
            };
    }

    public void Serialize(MessageWriter writer, TRequest request, WriteOptions? options) =>
        writer.Write(
            Method.RequestMarshaller.ContextualSerializer,
            request,
            options is null || !options.Flags.HasFlag(WriteFlags.NoCompress));

    /// <summary>Sends the request; a null request leaves the body to the stream writer.</summary>
    public void Start(TRequest? request)
    {
        _lifetime = CallLifetime.Start(Options, Cancel, _channel.Shutdown);
        if (_outcome.Task.IsCompleted)
        {
            // Over before it began, so before there was a lifetime to release.
            _lifetime.Dispose();
            return;
        }

        _opened = OpenAsync(request);
    }

    /// <summary>Settles the status unless it is settled, and stops all that is under way.</summary>
    public void Cancel(Status status)
    {
        if (Finish(new Outcome(status, [], Local: true)))
        {
            _cancellation.Cancel();
            _response?.Dispose();
        }
    }

    /// <summary>The next response, or null behind the last one of a call that ended well.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TResponse?> ReadAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(
            static call => ((GrpcCall<TRequest, TResponse>)call!).Cancel(CallLifetime.CancelledByCaller), this);
        await _opened.ConfigureAwait(false);
        if (_reader is null || _outcome.Task.IsCompleted)
        {
            return await EndAsync().ConfigureAwait(false);
        }

        try
        {
            var deserializer = Method.ResponseMarshaller.ContextualDeserializer;
            if (await _reader.ReadAsync(deserializer, CancellationToken).ConfigureAwait(false) is { } response)
            {
                _responded = true;
                return response;
            }

            Finish(Judge(Outcome.FromTrailers(_response!)));
        }
        catch (Exception exception)
        {
            Cancel(StatusMapping.FromException(exception));
        }

        await _pipe!.CompleteAsync().ConfigureAwait(false);
        return await EndAsync().ConfigureAwait(false);
    }

    /// <summary>The one response of a call that has only one.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        var response = await ReadAsync(CancellationToken.None).ConfigureAwait(false);
        if (await ReadAsync(CancellationToken.None).ConfigureAwait(false) is null)
        {
            return response!;
        }

        var status = new Status(StatusCode.Internal, $"{Method.FullName} has one response but the server sent more.");
        Cancel(status);
        throw new RpcException(status);
    }

    public Status GetStatus() => Ended().Status;

    public Metadata GetTrailers() => Ended().Trailers;

    public Exception CreateException(Outcome outcome)
    {
        var exception = new RpcException(outcome.Status, outcome.Trailers);
        return outcome.Local
            && _channel.Options.ThrowOperationCanceledOnCancellation
            && outcome.Status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded
            ? new OperationCanceledException(outcome.Status.Detail, exception, Options.CancellationToken)
            : exception;
    }

    public void Dispose() => Cancel(new Status(StatusCode.Cancelled, "gRPC call disposed."));

    /// <summary>What the server's word for the end is worth: without the one response that a call has, OK is not.
    /// </summary>
    private Outcome Judge(Outcome outcome) =>
        outcome.Status.StatusCode == StatusCode.OK
        && !_responded
        && Method.Type is MethodType.Unary or MethodType.ClientStreaming
            ? outcome with
            {
                Status = new Status(
                    StatusCode.Internal, $"{Method.FullName} ended with OK but without its response."),
            }
            : outcome;

    private Outcome Ended() => _outcome.Task.IsCompleted
        ? _outcome.Task.GetAwaiter().GetResult()
        : throw new InvalidOperationException("The call has not ended yet, so it has neither status nor trailers.");

    private async Task<TResponse?> EndAsync()
    {
        var outcome = await _outcome.Task.ConfigureAwait(false);
        return outcome.Status.StatusCode == StatusCode.OK ? null : throw CreateException(outcome);
    }

    private async Task OpenAsync(TRequest? request)
    {
        UnaryContent? unary = null;
        try
        {
            unary = request is null ? null : SerializeUnary(request);
            var call = new CallRequest(Method, Host, Options, _lifetime!, unary ?? (HttpContent)Requests);
            var sender = new CallSender(_channel, call, _plan);
            var answer = await sender.SendAsync(CancellationToken).ConfigureAwait(false);
            _response = answer.Response;
            await BeginResponseAsync(answer.Response, answer.Outcome).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Cancel(StatusMapping.FromException(exception));
        }
        finally
        {
            unary?.Release();
        }
    }

    private UnaryContent SerializeUnary(TRequest request)
    {
        var buffer = new PooledBuffer();
        using var writer = CreateWriter(buffer);
        Serialize(writer, request, Options.WriteOptions);
        return new UnaryContent(buffer);
    }

    private async Task BeginResponseAsync(HttpResponseMessage response, Outcome? outcome)
    {
        if (_outcome.Task.IsCompleted)
        {
            response.Dispose();
            return;
        }

        if (outcome is not null)
        {
            _headers.TrySetResult(StatusMapping.ReadMetadata(response.Headers));
            Finish(Judge(outcome));
            response.Dispose();
            return;
        }

        var stream = await response.Content.ReadAsStreamAsync(CancellationToken).ConfigureAwait(false);
        _pipe = PipeReader.Create(stream, ReadOptions);
        _reader = new MessageReader(_pipe, _channel.Options.MaxReceiveMessageSize)
        {
            Encoding = response.Headers.TryGetValues(ProtocolHeaders.Encoding, out var encodings)
                ? encodings.First()
                : null,
        };
        _headers.TrySetResult(StatusMapping.ReadMetadata(response.Headers));
    }

    private bool Finish(Outcome outcome)
    {
        if (!_outcome.TrySetResult(outcome))
        {
            return false;
        }

        if (_headers.TrySetException(CreateException(outcome)))
        {
            // Few callers look at the headers; a failure of theirs must not turn up as unobserved.
            _ = _headers.Task.Exception;
        }

        _lifetime?.Dispose();
        _requests?.Abort();
        return true;
    }
}
