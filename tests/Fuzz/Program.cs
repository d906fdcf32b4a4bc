Console.Error.WriteLine("fuzz: expected a number of requests");
return 2;
