namespace Grpc.Net.Client.Configuration;

/// <summary>A part of a service config.</summary>
public abstract class ConfigObject
{
    internal ConfigObject()
    {
    }
}
