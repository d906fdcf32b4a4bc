namespace Grpc.Net.Client.Configuration;

/// <summary>A method, all methods of a service, or all there are.</summary>
public sealed class MethodName : ConfigObject
{
    /// <summary>Every method of every service.</summary>
    public static readonly MethodName Default = new();

    /// <summary>The service with its package; null, with <see cref="Method" />, for every one.</summary>
    public string? Service { get; set; }

    /// <summary>The method's own name; null for every one of the service.</summary>
    public string? Method { get; set; }
}
