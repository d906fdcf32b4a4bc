namespace Grpc.Core;

/// <summary>How a channel's connections are secured, and what its calls say of their caller.</summary>
public abstract class ChannelCredentials
{
    internal ChannelCredentials()
    {
    }

    /// <summary>No TLS.</summary>
    public static ChannelCredentials Insecure { get; } = new Transport(isSecure: false);

    /// <summary>TLS, as the channel's HTTP handler is set up for it.</summary>
    public static ChannelCredentials SecureSsl { get; } = new Transport(isSecure: true);

    internal abstract bool IsSecure { get; }

    internal virtual CallCredentials? CallCredentials => null;

    /// <summary>The credentials of a channel whose every call has these of its own.</summary>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        return channelCredentials.CallCredentials is null
            ? new Composite(channelCredentials.IsSecure, callCredentials)
            : throw new ArgumentException(
                "The channel credentials have call credentials already; compose those.", nameof(channelCredentials));
    }

    private sealed class Transport(bool isSecure) : ChannelCredentials
    {
        internal override bool IsSecure => isSecure;
    }

    private sealed class Composite(bool isSecure, CallCredentials callCredentials) : ChannelCredentials
    {
        internal override bool IsSecure => isSecure;

        internal override CallCredentials? CallCredentials => callCredentials;
    }
}
