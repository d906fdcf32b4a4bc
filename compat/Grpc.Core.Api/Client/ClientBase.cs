using Grpc.Core.Interceptors;

namespace Grpc.Core;

/// <summary>What every generated client is.</summary>
public abstract class ClientBase
{
    private readonly ClientBaseConfiguration? _configuration;

    /// <summary>A client without a channel, for test doubles; making a call with it throws.</summary>
    protected ClientBase()
    {
    }

    /// <summary>A client over a channel.</summary>
    public ClientBase(ChannelBase channel)
        : this((channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker())
    {
    }

    /// <summary>A client over a call invoker.</summary>
    public ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker, null))
    {
    }

    /// <summary>A client as configured.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        CallInvoker = configuration.CreateDecoratedCallInvoker();
    }

    /// <summary>What makes this client's calls.</summary>
    protected CallInvoker CallInvoker => field ?? throw new NotImplementedException(
        "This client was made by its parameterless constructor, which is for test doubles, and can't make calls.");

    internal ClientBaseConfiguration Configuration => _configuration ?? throw new NotImplementedException(
        "This client was made by its parameterless constructor, which is for test doubles, and can't be configured.");

    /// <summary>What a client is made from.</summary>
    protected internal class ClientBaseConfiguration
    {
        private readonly CallInvoker _callInvoker;
        private readonly string? _host;

        internal ClientBaseConfiguration(CallInvoker callInvoker, string? host)
        {
            ArgumentNullException.ThrowIfNull(callInvoker);
            _callInvoker = callInvoker;
            _host = host;
        }

        internal CallInvoker CreateDecoratedCallInvoker() =>
            _host is null ? _callInvoker : _callInvoker.Intercept(new HostInterceptor(_host));

        internal ClientBaseConfiguration WithHost(string host) => new(_callInvoker, host);
    }
}

/// <summary>What every generated client is, knowing its own type.</summary>
/// <typeparam name="T">The client.</typeparam>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    /// <summary>A client without a channel, for test doubles.</summary>
    protected ClientBase()
    {
    }

    /// <summary>A client over a channel.</summary>
    public ClientBase(ChannelBase channel)
        : base(channel)
    {
    }

    /// <summary>A client over a call invoker.</summary>
    public ClientBase(CallInvoker callInvoker)
        : base(callInvoker)
    {
    }

    /// <summary>A client as configured.</summary>
    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration)
    {
    }

    /// <summary>The same client, calling another virtual host of the same channel.</summary>
    public T WithHost(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return NewInstance(Configuration.WithHost(host));
    }

    /// <summary>Makes a client of this type.</summary>
    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
