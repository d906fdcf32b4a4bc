using System.Net;
using System.Net.Sockets;

namespace KoopmanMesh.Cli.Up;

/// <summary>Free ports of 127.0.0.1.</summary>
internal static class Ports
{
    /// <summary>So many, all different.</summary>
    public static Queue<int> Free(int count)
    {
        List<TcpListener> listeners = [];
        try
        {
            for (var i = 0; i < count; i++)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                listeners.Add(listener);
            }

            return new(listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port));
        }
        finally
        {
            listeners.ForEach(static listener => listener.Dispose());
        }
    }

    /// <summary>Requires that nobody listens at a port.</summary>
    /// <exception cref="CliException">Somebody does.</exception>
    public static void RequireFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new CliException(
                ExitCodes.Environment,
                $"port {port} on 127.0.0.1 is in use; choose another with --port, or --port 0 for a free one", e);
        }
    }
}
