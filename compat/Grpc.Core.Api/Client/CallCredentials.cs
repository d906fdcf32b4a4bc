namespace Grpc.Core;

/// <summary>Adds credentials to a call's metadata before it is sent.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);

/// <summary>What an <see cref="AsyncAuthInterceptor" /> knows of the call.</summary>
public class AuthInterceptorContext
{
    /// <summary>The context of a call to a method of a service.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    /// <summary>The context of a call to a method of a service.</summary>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    /// <summary>Address of the service.</summary>
    public string ServiceUrl { get; }

    /// <summary>The method's own name.</summary>
    public string MethodName { get; }

    /// <summary>Ends with the call.</summary>
    public CancellationToken CancellationToken { get; }
}

/// <summary>Credentials of a single call.</summary>
public abstract class CallCredentials
{
    /// <summary>Credentials that a function adds to the metadata.</summary>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new InterceptorCredentials(interceptor);
    }

    /// <summary>Several credentials, added in this order.</summary>
    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return credentials.Length > 1 && Array.TrueForAll(credentials, static each => each is not null)
            ? new CompositeCredentials([.. credentials])
            : throw new ArgumentException(
                $"{credentials.Length} credentials are to be composed; expected 2 or more, none of them null.",
                nameof(credentials));
    }

    /// <summary>Passes what these credentials are made of to a configurator.</summary>
    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state);

    private sealed class InterceptorCredentials(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        public override void InternalPopulateConfiguration(
            CallCredentialsConfiguratorBase configurator,
            object? state) => configurator.SetAsyncAuthInterceptorCredentials(state, interceptor);
    }

    private sealed class CompositeCredentials(IReadOnlyList<CallCredentials> credentials) : CallCredentials
    {
        public override void InternalPopulateConfiguration(
            CallCredentialsConfiguratorBase configurator,
            object? state) => configurator.SetCompositeCredentials(state, credentials);
    }
}

/// <summary>Receives what call credentials are made of.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>The credentials are this function.</summary>
    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);

    /// <summary>The credentials are several.</summary>
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);
}
