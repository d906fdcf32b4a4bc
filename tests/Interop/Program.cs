Console.Error.WriteLine("interop: expected server or client");
return 2;
