using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server;

/// <summary>One call, seen from the service, over the HTTP request that carries it.</summary>
internal sealed class HttpContextServerCallContext(
    HttpContext httpContext,
    IMethod method,
    MethodSettings settings,
    ILogger logger) : ServerCallContext, IAsyncDisposable
{
    private readonly MessageReader _reader = new(httpContext.Request.BodyReader, settings.MaxReceiveMessageSize);
    private readonly MessageWriter _writer = new(httpContext.Response.BodyWriter, settings.MaxSendMessageSize);
    // Taken now: a service that holds on to its call asks when the request is gone.
    private readonly CancellationToken _aborted = httpContext.RequestAborted;
    private readonly Lock _ending = new();
    private CallDeadline? _deadline;
    private bool _answered;
    private bool _requestBroke;
    private bool _ended;
    private volatile bool _flushing;

    public HttpContext HttpContext { get; } = httpContext;

    protected override string MethodCore => method.FullName;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            var address = HttpContext.Connection.RemoteIpAddress;
            return address is null
                ? "unknown"
                : (address.AddressFamily == AddressFamily.InterNetwork ? "ipv4:" : "ipv6:")
                    + new IPEndPoint(address, HttpContext.Connection.RemotePort);
        }
    }

    protected override DateTime DeadlineCore => _deadline?.Deadline ?? DateTime.MaxValue;

    protected override CancellationToken CancellationTokenCore => _deadline?.CancellationToken ?? _aborted;

    protected override Metadata RequestHeadersCore => field ??= RequestHead.Metadata(HttpContext.Request);

    protected override Metadata ResponseTrailersCore => field ??= [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => field ??= PeerAuthentication.Read(HttpContext.Connection);

    protected override IDictionary<object, object> UserStateCore => HttpContext.Items!;

    /// <summary>Reads what the request says about the call as a whole.</summary>
    public void Start()
    {
        HttpContext.Response.Headers[ProtocolHeaders.AcceptEncoding] = ProtocolHeaders.AcceptedEncodings;
        _reader.Encoding = RequestHead.Encoding(HttpContext.Request);
        if (settings.CompressesResponses)
        {
            CompressResponses();
        }

        // Last, for at the deadline another thread writes to the headers, and it may be now.
        _deadline = CallDeadline.Start(
            HttpContext, HttpContext.RequestServices.GetRequiredService<TimeProvider>(), EndAtDeadlineAsync);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadAsync<T>(
        Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        CheckNotEnded();
        try
        {
            return await _reader.ReadAsync(deserializer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ConnectionAbortedException)
        {
            _requestBroke = true;
            // The client reset the stream or the connection broke: to the service both are the client's cancelling.
            throw new OperationCanceledException("The client cancelled the call.", exception, CancellationToken);
        }
    }

    /// <summary>Writes a response behind what is written; <see cref="FlushAsync" /> sends it.</summary>
    public void Write<T>(Action<T, SerializationContext> serializer, T message, WriteOptions? options)
    {
        // Not while the deadline ends the call: what is written there would lie in memory that is handed back.
        lock (_ending)
        {
            CheckNotEnded();
            CancellationToken.ThrowIfCancellationRequested();
            _writer.Write(serializer, message, options is null || !options.Flags.HasFlag(WriteFlags.NoCompress));
            _answered = true;
        }
    }

    /// <summary>Sends what is written; ends when Kestrel has room for more, or the call ends.</summary>
    /// <param name="cancellationToken">Breaks the call off; the call's own token needn't be given.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _flushing = true;
        try
        {
            await HttpContext.Response.BodyWriter.FlushAsync(cancellationToken);
        }
        finally
        {
            _flushing = false;
        }
    }

    /// <summary>Takes the status from what the service threw.</summary>
    public void Fail(Exception exception)
    {
        if (_deadline is { HasPassed: true })
        {
            // The call has its status already, or is about to, and what failed is a consequence.
            Status = ResponseEnd.DeadlineExceeded;
        }
        else if (exception is RpcException rpcException)
        {
            ServerLog.CallFailed(logger, Method, rpcException.StatusCode, rpcException.Status.Detail);
            Status = rpcException.Status;
            foreach (var entry in rpcException.Trailers)
            {
                ResponseTrailers.Add(entry);
            }
        }
        else if (_requestBroke || _aborted.IsCancellationRequested)
        {
            ServerLog.CallCancelled(logger, Method);
            Status = Status.DefaultCancelled;
        }
        else
        {
            ServerLog.ServiceThrew(logger, exception, Method);
            Status = new Status(StatusCode.Unknown, Describe(exception));
        }
    }

    /// <summary>Writes the status and the trailers, unless the deadline came first; Kestrel sends them when the request
    /// handler returns, and resets the stream if the client still sends.</summary>
    public void End()
    {
        if (!TryEnd())
        {
            return;
        }

        try
        {
            ResponseEnd.Write(HttpContext.Response, Status, ResponseTrailers, _answered);
        }
        catch (InvalidOperationException exception)
        {
            // A trailer that HTTP can't carry; the status comes last, so it isn't written yet.
            ServerLog.ServiceThrew(logger, exception, Method);
            Status = new Status(StatusCode.Internal, exception.Message);
            ResponseEnd.Write(HttpContext.Response, Status, trailers: null, _answered);
        }

        Tag(Status.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (_deadline is not null)
        {
            await _deadline.DisposeAsync();
        }

        _writer.Dispose();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        lock (_ending)
        {
            CheckNotEnded();
            if (HttpContext.Response.HasStarted)
            {
                throw new InvalidOperationException(
                    "Response headers are already sent and can be sent only once a call.");
            }

            foreach (var entry in responseHeaders)
            {
                if (entry.Key == ProtocolHeaders.RequestEncoding)
                {
                    ChooseEncoding(entry.Value);
                }

                ResponseEnd.Append(HttpContext.Response.Headers, entry);
            }

            _answered = true;
        }

        return FlushAsync(CancellationToken.None).AsTask();
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotImplementedException(
            "Calls served by ASP.NET Core make no propagation tokens; pass the context's Deadline and " +
            "CancellationToken to the next call.");

    /// <summary>Ends the call whether the service heeds its token or not.</summary>
    private async Task EndAtDeadlineAsync(Task returned)
    {
        if (_aborted.IsCancellationRequested || !TryEnd())
        {
            return;
        }

        ServerLog.DeadlineExceeded(logger, Method);
        Tag(StatusCode.DeadlineExceeded);
        await ResponseEnd.SendDeadlineExceededAsync(HttpContext.Response, _answered, _flushing, returned);
    }

    /// <summary>True once a call, for whoever writes its status.</summary>
    private bool TryEnd()
    {
        lock (_ending)
        {
            return !_ended && (_ended = true);
        }
    }

    private void CheckNotEnded()
    {
        if (_ended)
        {
            throw _deadline is { HasPassed: true }
                ? new OperationCanceledException("The deadline passed.", CancellationToken)
                : new InvalidOperationException("The call has ended; nothing can be read or written any more.");
        }
    }

    /// <summary>Takes the service's choice for this call's responses.</summary>
    private void ChooseEncoding(string encoding)
    {
        switch (encoding)
        {
            case ProtocolHeaders.Gzip:
                CompressResponses();
                break;
            case ProtocolHeaders.Identity:
                _writer.Compression = null;
                HttpContext.Response.Headers.Remove(ProtocolHeaders.Encoding);
                break;
            default:
                throw new InvalidOperationException(
                    $"Responses were to be encoded in \"{encoding}\"; known are {ProtocolHeaders.AcceptedEncodings}.");
        }
    }

    /// <summary>Compresses unless the client doesn't take it: then the responses go as they are.</summary>
    private void CompressResponses()
    {
        if (RequestHead.AcceptsGzip(HttpContext.Request))
        {
            _writer.Compression = settings.CompressionLevel;
            HttpContext.Response.Headers[ProtocolHeaders.Encoding] = ProtocolHeaders.Gzip;
        }
    }

    private void Tag(StatusCode code)
    {
        var activity = HttpContext.Features.Get<IHttpActivityFeature>()?.Activity;
        activity?.SetTag("grpc.method", Method);
        activity?.SetTag("grpc.status_code", (int)code);
    }

    private string Describe(Exception exception) => settings.DetailedErrors
        ? $"Exception was thrown by handler. {exception.GetType().Name}: {exception.Message}"
        : "Exception was thrown by handler.";
}
