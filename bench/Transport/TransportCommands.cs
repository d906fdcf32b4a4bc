using System.Diagnostics;
using System.Globalization;

namespace KoopmanMesh.Bench.Transport;

/// <summary>
/// The client's process: answers each line of standard input with one, as reference/transport.py does.
/// </summary>
internal sealed class TransportCommands(TransportClient client)
{
    public static async Task ChildAsync(string address)
    {
        using var client = new TransportClient(address);
        var commands = new TransportCommands(client);
        Console.WriteLine($".NET {Environment.Version}");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(await commands.AnswerAsync(line.Split(' '), CancellationToken.None));
        }
    }

    private async Task<string> AnswerAsync(string[] words, CancellationToken cancellationToken)
    {
        var number = int.Parse(words[1], CultureInfo.InvariantCulture);
        if (words[0] == "unary")
        {
            return await UnaryAsync(number, int.Parse(words[2], CultureInfo.InvariantCulture), cancellationToken);
        }

        var watch = Stopwatch.StartNew();
        await (words[0] switch
        {
            "send" => client.SendAsync(number, cancellationToken),
            "receive" => client.ReceiveAsync(number, cancellationToken),
            "bare-send" => client.SendBareAsync(number, cancellationToken),
            "bare-receive" => client.ReceiveBareAsync(number, cancellationToken),
            _ => throw new ArgumentException($"command \"{words[0]}\" is unknown"),
        });
        return $"{watch.Elapsed.TotalSeconds:0.000000}";
    }

    private async Task<string> UnaryAsync(int concurrency, int count, CancellationToken cancellationToken)
    {
        var each = count / concurrency;
        var times = new double[concurrency * each];
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(async worker =>
        {
            for (var i = 0; i < each; i++)
            {
                var begin = Stopwatch.GetTimestamp();
                await client.EchoAsync(cancellationToken);
                times[(worker * each) + i] = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
            }
        }));
        var seconds = watch.Elapsed.TotalSeconds;
        Array.Sort(times);
        return $"{times[times.Length / 2]:0.0} {times[times.Length * 99 / 100]:0.0} {times.Length / seconds:0}";
    }
}
