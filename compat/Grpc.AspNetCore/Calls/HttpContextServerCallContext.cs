using System.Net;
using System.Net.Sockets;
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
    private CallDeadline _deadline = CallDeadline.None(httpContext);
    private bool _wroteMessage;
    private bool _requestBroke;
    private bool _ended;

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

    protected override DateTime DeadlineCore => _deadline.Deadline;

    protected override CancellationToken CancellationTokenCore => _deadline.CancellationToken;

    protected override Metadata RequestHeadersCore => field ??= ReadRequestHeaders();

    protected override Metadata ResponseTrailersCore => field ??= [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => field ??= PeerAuthentication.Read(HttpContext.Connection);

    protected override IDictionary<object, object> UserStateCore => HttpContext.Items!;

    /// <summary>Reads what the request says about the call as a whole.</summary>
    public void Start()
    {
        _deadline = CallDeadline.Start(HttpContext, HttpContext.RequestServices.GetRequiredService<TimeProvider>());
        _reader.Encoding = RequestEncoding();
        if (settings.ResponseCompression is not null && ClientAcceptsGzip())
        {
            _writer.Compression = settings.ResponseCompression;
            HttpContext.Response.Headers[ProtocolHeaders.Encoding] = ProtocolHeaders.Gzip;
        }
    }

    public async ValueTask<T?> ReadAsync<T>(
        Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        if (_ended)
        {
            throw new InvalidOperationException("The call has ended; its requests can't be read any more.");
        }

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
        if (_ended)
        {
            throw new InvalidOperationException("The call has ended; no more responses can be written.");
        }

        CancellationToken.ThrowIfCancellationRequested();
        _writer.Write(serializer, message, options is null || !options.Flags.HasFlag(WriteFlags.NoCompress));
        _wroteMessage = true;
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken) =>
        await HttpContext.Response.BodyWriter.FlushAsync(cancellationToken);

    /// <summary>Takes the status from what the service threw.</summary>
    public void Fail(Exception exception)
    {
        if (_deadline.HasPassed)
        {
            ServerLog.DeadlineExceeded(logger, Method);
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
        else if (_requestBroke || HttpContext.RequestAborted.IsCancellationRequested)
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

    /// <summary>Writes the status and the trailers; Kestrel sends them when the request handler returns.</summary>
    public void End()
    {
        _ended = true;
        var status = _deadline.HasPassed ? new Status(StatusCode.DeadlineExceeded, "The deadline passed.") : Status;
        var behindMessages = _wroteMessage || HttpContext.Response.HasStarted;
        try
        {
            ResponseEnd.Write(HttpContext.Response, status, ResponseTrailers, behindMessages);
        }
        catch (InvalidOperationException exception)
        {
            // A trailer that HTTP can't carry; the status comes last, so it isn't written yet.
            ServerLog.ServiceThrew(logger, exception, Method);
            status = new Status(StatusCode.Internal, exception.Message);
            ResponseEnd.Write(HttpContext.Response, status, trailers: null, behindMessages);
        }

        var activity = HttpContext.Features.Get<IHttpActivityFeature>()?.Activity;
        activity?.SetTag("grpc.method", Method);
        activity?.SetTag("grpc.status_code", (int)status.StatusCode);
    }

    public ValueTask DisposeAsync()
    {
        _deadline.Dispose();
        _reader.Dispose();
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (HttpContext.Response.HasStarted)
        {
            throw new InvalidOperationException("Response headers are already sent and can be sent only once a call.");
        }

        foreach (var entry in responseHeaders)
        {
            ResponseEnd.Append(HttpContext.Response.Headers, entry);
        }

        return FlushAsync(CancellationToken).AsTask();
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotImplementedException(
            "Calls served by ASP.NET Core make no propagation tokens; pass the context's Deadline and " +
            "CancellationToken to the next call.");

    private string? RequestEncoding()
    {
        var encoding = HttpContext.Request.Headers[ProtocolHeaders.Encoding];
        if (encoding.Count == 0 || encoding == ProtocolHeaders.Identity || encoding == ProtocolHeaders.Gzip)
        {
            return encoding;
        }

        HttpContext.Response.Headers[ProtocolHeaders.AcceptEncoding] = ProtocolHeaders.AcceptedEncodings;
        throw new RpcException(new Status(
            StatusCode.Unimplemented,
            $"Requests are encoded in \"{encoding}\"; accepted are {ProtocolHeaders.AcceptedEncodings}."));
    }

    private bool ClientAcceptsGzip() =>
        HttpContext.Request.Headers.GetCommaSeparatedValues(ProtocolHeaders.AcceptEncoding)
            .Contains(ProtocolHeaders.Gzip, StringComparer.OrdinalIgnoreCase);

    private Metadata ReadRequestHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in HttpContext.Request.Headers)
        {
            if (ProtocolHeaders.IsReserved(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataEncoding.Decode(metadata, name, value ?? "");
            }
        }

        return metadata;
    }

    private string Describe(Exception exception) => settings.DetailedErrors
        ? $"Exception was thrown by handler. {exception.GetType().Name}: {exception.Message}"
        : "Exception was thrown by handler.";
}
